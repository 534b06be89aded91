import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Octokit } from '@octokit/rest'
import { onTestFinished } from 'vitest'
import { shellQuote } from '../../src/lib/shell-quote.ts'
import { type Ran, run, until } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'

type Repository = Awaited<ReturnType<TestServer['repository']>>

/** A real server with octo/hello in it, one commit on main, and the program with octo's token. */
export type Place = {
  readonly server: TestServer
  readonly repository: Repository
  readonly sha: string
  readonly octokit: Octokit
  readonly token: string
  readonly env: Readonly<Record<string, string>>
  slipway(...args: string[]): Promise<Ran>
  /** Adds a status, as whoever deploys would. */
  say(
    id: number,
    state: State,
    more?: { description?: string; log_url?: string; environment_url?: string },
  ): Promise<void>
  /** The number of the newest deployment, as soon as there is one. */
  deployed(): Promise<number>
}

type State = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

export const at = { owner: 'octo', repo: 'hello' }

export async function openPlace(): Promise<Place> {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
  const octokit = await server.octokit('octo', ['repo'])
  const token = await server.token('octo', ['repo'])
  const env = { SLIPWAY_API_URL: server.apiUrl, SLIPWAY_TOKEN: token }
  const newest = async () => (await octokit.repos.listDeployments(at)).data[0]?.id
  return {
    server,
    repository,
    sha,
    octokit,
    token,
    env,
    slipway: (...args) => run(args, { env }),
    say: async (deployment_id, state, more = {}) => {
      await octokit.repos.createDeploymentStatus({ ...at, deployment_id, state, ...more })
    },
    deployed: async () => {
      await until(async () => (await newest()) !== undefined, 20_000)
      return (await newest()) ?? 0
    },
  }
}

export type Following = {
  readonly child: ChildProcess
  /** Everything printed so far. */
  output(): string
  readonly ended: Promise<number | null>
}

const program = join(import.meta.dirname, '../../bin/slipway')

/** Starts the program and lets it run. */
export const follow = ({ env }: Pick<Place, 'env'>, ...args: string[]): Following =>
  start([program, ...args], { ...process.env, ...env })

/** The same on a terminal of 80 columns, which util-linux's script makes. */
export function followOnTerminal({ env }: Place, ...args: string[]): Following {
  const line = `stty cols 80; exec ${[program, ...args].map(shellQuote).join(' ')}`
  const colours = { NO_COLOR: '', CLICOLOR: '1', TERM: 'xterm' }
  return start(['script', '-qec', line, '/dev/null'], { ...process.env, ...colours, ...env })
}

function start([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Following {
  const child = spawn(file, args, { env, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  return { child, output: () => printed, ended }
}
