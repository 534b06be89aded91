import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import {
  type JsonFlag,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from '../flags.ts'
import { type Cell, type Output, oneLine, printTable, symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import type { Hook } from './model.ts'

type Flags = RepositoryFlags & { readonly json?: JsonFlag }

const shape = [
  'id',
  'active',
  'events',
  'config',
  'last_response',
  'created_at',
  'updated_at',
  'url',
]
const headers = ['ID', 'STATE', 'EVENTS', 'URL', 'LAST ANSWER']

export function listCommand(environment: Environment): Command {
  const command = newCommand('list', {
    summary: 'List the hooks',
    examples: ['slipway hooks list -R octo/docs'],
  })
  return withJsonFlag(withRepositoryFlags(command)).action(async (flags: Flags) => {
    await inRepository(environment, flags, async (session) => {
      const { data, messages } = session.screen
      const find = () => findHooks(session)
      if (await printJson(flags.json, shape, { output: data, value: find })) return
      const hooks = await find()
      if (hooks.length === 0) messages.line(`${session.repository} has no hooks.`)
      else
        printTable(
          data,
          headers,
          hooks.map((hook) => rowOf(hook, data)),
        )
    })
  })
}

/** All of them: a repository has at most a few hooks for each event. */
export async function findHooks({ client, repository }: RepositorySession): Promise<Hook[]> {
  const path = `/repos/${repository}/hooks`
  return (await client.request({ method: 'GET', path, query: { per_page: '100' } })) as Hook[]
}

const rowOf = (hook: Hook, output: Output): Cell[] => [
  { shown: String(hook.id) },
  stateCell(hook, output),
  { shown: hook.events.join(',') },
  { shown: oneLine(hook.config.url ?? '') },
  { shown: answerOf(hook) },
]

const stateCell = ({ active }: Hook, output: Output): Cell => {
  const symbol = active ? 'success' : 'inactive'
  const word = active ? 'active' : 'paused'
  return {
    shown: `${symbolOf(symbol, plain)} ${word}`,
    exact: word,
    paint: (text) => text.replace(/^\S/u, symbolOf(symbol, output)),
  }
}

const plain = { paint: (_style: unknown, text: string) => text }

/** Of the last delivery: `200`, or why there was no answer. */
export const answerOf = ({ last_response: { code, status, message } }: Hook): string =>
  code === null ? oneLine(message ?? status ?? '') : String(code)
