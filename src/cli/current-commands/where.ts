import type { Command } from 'commander'
import { newCommand } from '../../lib/command-line.ts'
import {
  type JsonFlag,
  printJson,
  type RepositoryFlags,
  withJsonFlag,
  withRepositoryFlags,
} from '../flags.ts'
import { type Cell, type Output, oneLine, printTable } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import { dateCell, stateCell } from '../status.ts'

type Brought = {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly target: string | null
  readonly created_at: string
}

type Reached = {
  readonly environment: string
  readonly live: readonly Brought[]
  readonly first: Brought | null
}

type Where = { readonly sha: string; readonly environments: readonly Reached[] }

type Flags = RepositoryFlags & { readonly json?: JsonFlag }

const shape = ['environment', 'is_live', 'live', 'first']

export function whereCommand(environment: Environment): Command {
  const command = newCommand('where', {
    summary: 'Show which environments have a commit',
    description:
      'Shows which environments have a commit, by the commit graph: what is live there and has it, or what once brought it where it is gone again.',
    examples: ['slipway where 3f2a91c', 'slipway where v1.2 --json environment,is_live'],
  }).argument('<sha>', 'A commit, or a branch or tag')
  return withJsonFlag(withRepositoryFlags(command)).action(async (sha: string, flags: Flags) => {
    await inRepository(environment, flags, (session) => show(session, sha, flags.json))
  })
}

async function show(session: RepositorySession, asked: string, json: JsonFlag): Promise<void> {
  const { own, repository, screen } = session
  const { data, messages } = screen
  const find = async () => {
    const path = `/repos/${repository}/commits/${encodeURIComponent(asked)}/deployments`
    return (await own.request({ method: 'GET', path })) as Where
  }
  const value = async () => (await find()).environments
  if (await printJson(json, shape, { output: data, value })) return
  const { sha, environments } = await find()
  if (environments.length === 0)
    messages.line(`No environment of ${repository} has had commit ${sha.slice(0, 7)}.`)
  else
    printTable(
      data,
      headers,
      environments.flatMap((reached) => rowsOf(reached, data)),
    )
}

const headers = ['ENVIRONMENT', 'TARGET', 'COMMIT IS', 'DEPLOYMENT', 'DEPLOYED', 'REF', 'DATE']

function rowsOf({ environment, live, first }: Reached, output: Output): Cell[][] {
  const gone = live.length === 0 && first ? [first] : []
  const [state, word] = live.length > 0 ? ['success', 'live'] : ['inactive', 'gone']
  return [...live, ...gone].map(({ id, sha, ref, target, created_at }) => [
    { shown: oneLine(environment) },
    { shown: oneLine(target ?? '') },
    stateCell(state, output, word),
    { shown: String(id) },
    { shown: sha.slice(0, 7), exact: sha },
    { shown: oneLine(ref) },
    dateCell(created_at, output),
  ])
}
