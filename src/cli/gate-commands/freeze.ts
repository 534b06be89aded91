import { type Command, InvalidArgumentError } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import {
  type JsonFlag,
  printJson,
  type RepositoryFlags,
  readFileOrInput,
  withJsonFlag,
  withRepositoryFlags,
} from '../flags.ts'
import { type Cell, oneLine, printTable, type Screen, symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession, requireToken } from '../session.ts'
import { environmentPathOf, type Freeze } from './model.ts'

export const freezeCommand = (environment: Environment): Command =>
  newCommand('freeze', { summary: 'Say by calendar when nothing is deployed' })
    .addCommand(listCommand(environment))
    .addCommand(addCommand(environment))
    .addCommand(removeCommand(environment))

const shape = ['name', 'frozen', 'windows', 'time_zone', 'calendar', 'owner', 'created_at']

function listCommand(environment: Environment): Command {
  type Flags = RepositoryFlags & { readonly json?: JsonFlag }
  const command = newCommand('list', {
    summary: 'List the freezes of an environment',
    description: 'Lists them with the window that lasts now or comes next.',
    examples: [
      'slipway freeze list production',
      'slipway freeze list production --json name,frozen',
    ],
  }).argument('<environment>', 'Whose freezes')
  return withJsonFlag(withRepositoryFlags(command)).action(async (name: string, flags: Flags) => {
    await inRepository(environment, flags, async ({ own, repository, screen: { data } }) => {
      const path = `${environmentPathOf(repository, name)}/freezes`
      const value = async () => (await own.request({ method: 'GET', path })) as Freeze[]
      if (await printJson(flags.json, shape, { output: data, value })) return
      printTable(data, ['NAME', 'FROZEN', 'WHAT FOR', 'STARTS', 'ENDS'], (await value()).map(rowOf))
    })
  })
}

function rowOf({ name, frozen, windows: [next] }: Freeze): Cell[] {
  const texts = [oneLine(name), frozen ? 'yes' : 'no', oneLine(next?.summary ?? '')]
  return [...texts, next?.starts_at ?? '', next?.ends_at ?? ''].map((shown) => ({ shown }))
}

type AddFlags = RepositoryFlags & {
  readonly calendar?: string
  readonly from?: string
  readonly to?: string
  readonly repeats?: string
  readonly summary?: string
  readonly timeZone?: string
}

function addCommand(environment: Environment): Command {
  const command = newCommand('add', {
    summary: 'Freeze an environment at certain times',
    description:
      'Has deployments wait while an event of the calendar lasts, or between two times. Takes the place of the freeze of that name. Prints the windows that come next.',
    examples: [
      'slipway freeze add production holidays --calendar team.ics',
      'slipway freeze add production weekends --from 2026-01-02T16:00 --to 2026-01-05T08:00 --repeats weekly',
    ],
  })
    .argument('<environment>', 'What to freeze')
    .argument('<name>', 'What to call it')
    .option('--calendar <file>', 'An iCalendar file, or "-" for standard input')
    .option('--from <time>', 'When it starts, by the clocks there: 2026-12-24T16:00', parseWall)
    .option('--to <time>', 'When it ends', parseWall)
    .option('--repeats <how>', 'daily, weekly, monthly or yearly', parseRepeats)
    .option('--summary <text>', 'What for')
    .option('--time-zone <name>', 'Of times that name none (default: that of this machine)')
  return withRepositoryFlags(command).action(
    async (environmentName: string, name: string, flags: AddFlags) => {
      const body = await bodyOf(flags)
      await inRepository(environment, flags, async (session) => {
        const path = freezePathOf(session, environmentName, name)
        const { windows } = (await session.own.request({ method: 'PUT', path, body })) as Freeze
        const { data } = session.screen
        tell(session.screen, `Set the freeze ${name} of ${environmentName}`)
        const rows = windows.map(({ summary, starts_at, ends_at }) =>
          [oneLine(summary), starts_at, ends_at].map((shown) => ({ shown })),
        )
        printTable(data, ['WHAT FOR', 'STARTS', 'ENDS'], rows)
      })
    },
  )
}

function removeCommand(environment: Environment): Command {
  const command = newCommand('remove', {
    summary: 'Remove a freeze',
    description: 'Lets go what waits for nothing else than this freeze.',
    examples: ['slipway freeze remove production holidays'],
  })
    .argument('<environment>', 'Whose freeze')
    .argument('<name>', 'Which one')
  return withRepositoryFlags(command).action(
    async (environmentName: string, name: string, flags: RepositoryFlags) => {
      await inRepository(environment, flags, async (session) => {
        const path = freezePathOf(session, environmentName, name)
        await session.own.request({ method: 'DELETE', path })
        tell(session.screen, `Removed the freeze ${name} of ${environmentName}`)
      })
    },
  )
}

function freezePathOf(session: RepositorySession, environmentName: string, name: string): string {
  requireToken(session)
  const environment = environmentPathOf(session.repository, environmentName)
  return `${environment}/freezes/${encodeURIComponent(name)}`
}

const tell = ({ messages }: Screen, what: string) =>
  messages.line(`${symbolOf('success', messages)} ${oneLine(what)}`)

/** More than the server takes, so that it is the server that says how much that is. */
const calendarBytesMax = 1024 * 1024

async function bodyOf({ calendar, from, to, repeats, summary, timeZone }: AddFlags) {
  const time_zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  if (calendar !== undefined && from === undefined && to === undefined) {
    const limited = { what: 'The calendar', bytesMax: calendarBytesMax }
    return { calendar: await readFileOrInput(calendar, limited), time_zone }
  }
  if (calendar !== undefined || from === undefined || to === undefined) {
    throw new Problem('bad_request', 'Frozen when? Pass --calendar, or --from and --to.')
  }
  const window = {
    ...{ starts_at: from, ends_at: to },
    ...(repeats !== undefined && { repeats }),
    ...(summary !== undefined && { summary }),
  }
  return { windows: [window], time_zone }
}

function parseWall(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return text
  throw new InvalidArgumentError('Use a time without its zone, such as 2026-12-24T16:00.')
}

function parseRepeats(text: string): string {
  if (['daily', 'weekly', 'monthly', 'yearly'].includes(text)) return text
  throw new InvalidArgumentError('Use daily, weekly, monthly or yearly.')
}
