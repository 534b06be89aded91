import { type Command, Option } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import { parseId, parseList, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession, requireToken } from '../session.ts'
import { parseMoment } from './model.ts'

type Flags = RepositoryFlags & {
  readonly delivery?: number
  readonly since?: string
  readonly until?: string
  readonly event?: readonly string[]
  readonly state?: readonly string[]
  readonly dryRun?: true
}

const filters = ['since', 'until', 'event', 'state', 'dryRun']

export function redeliverCommand(environment: Environment): Command {
  const command = newCommand('redeliver', {
    summary: 'Send a hook once more what it was sent',
    description:
      'Sends one delivery again, or all that did not arrive, or those that the flags choose. They are sent behind what happens now.',
    examples: [
      'slipway hooks redeliver 7 --delivery 12',
      'slipway hooks redeliver 7 --since 2h --dry-run',
      'slipway hooks redeliver 7 --since 1d --event deployment --state delivered,exhausted',
    ],
  })
    .argument('<id>', 'The number of the hook', parseId)
    .addOption(
      new Option('--delivery <id>', 'This one alone').argParser(parseId).conflicts(filters),
    )
    .option('--since <time>', 'Not what is older (a time, or 30m, 2h, 3d)', parseMoment)
    .option('--until <time>', 'Not what is newer', parseMoment)
    .option('--event <names>', 'These kinds of events, separated by commas', parseList)
    .option('--state <states>', 'delivered, exhausted, expired (default: the last two)', parseList)
    .option('--dry-run', 'Say how many there are, and send nothing')
  return withRepositoryFlags(command).action(async (id: number, flags: Flags) => {
    await inRepository(environment, flags, async (session) => {
      requireToken(session)
      if (flags.delivery === undefined) await redeliverMany(session, id, flags)
      else await redeliverOne(session, id, flags.delivery)
    })
  })
}

async function redeliverOne(session: RepositorySession, id: number, delivery: number) {
  const { client, repository, screen } = session
  const path = `/repos/${repository}/hooks/${id}/deliveries/${delivery}/attempts`
  await client.request({ method: 'POST', path })
  const { messages } = screen
  messages.line(`${symbolOf('success', messages)} Delivery ${delivery} is sent again`)
}

type Redelivered = { readonly matched: number; readonly redelivered: number }

async function redeliverMany(session: RepositorySession, id: number, flags: Flags) {
  const { own, repository, screen } = session
  const { since, until, event, state, dryRun } = flags
  const body = {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(event !== undefined && { events: event }),
    ...(state !== undefined && { states: state }),
    dry_run: dryRun === true,
  }
  const path = `/repos/${repository}/hooks/${id}/redeliveries`
  const counts = (await own.request({ method: 'POST', path, body })) as Redelivered
  const { messages } = screen
  const { matched, redelivered } = counts
  if (dryRun) messages.line(`${matched} deliveries would be sent again`)
  else
    messages.line(
      `${symbolOf('success', messages)} ${redelivered} of ${matched} deliveries are sent again`,
    )
}
