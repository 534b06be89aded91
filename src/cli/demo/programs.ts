import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '../../lib/problem.ts'
import { programPath, type RunningProgram, runProgram, startProgram } from '../../lib/program.ts'

const runWithinMs = 30_000
const startWithinMs = 20_000
const outputBytesMax = 4 * 1024 * 1024
const lookEveryMs = 20

import { noteProcess } from './leftovers.ts'

/** Our own program, run by the Node that runs this. */
export const slipway = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, '../../main.ts'),
]

const sshdPlaces = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/libexec/sshd']

/** Throws a Problem with the line to paste where OpenSSH's server is missing. */
export function sshdPath(): string {
  const path = sshdPlaces.find((place) => existsSync(place))
  if (path) return path
  throw new Problem('unavailable', 'The demo needs sshd: sudo apt-get install -y openssh-server')
}

/** Runs a program to its end; throws what it said when it failed. */
export async function runOrFail(
  argv: readonly string[],
  cwd?: string,
  input = '',
): Promise<string> {
  const program = { argv, env: environment, input, ...(cwd ? { cwd } : {}) }
  const ran = await runProgram(program, { timeoutMs: runWithinMs, outputBytesMax })
  if (ran.code === 0) return ran.stdout.toString().trim()
  throw new Problem('unavailable', `${argv.join(' ')} failed (${ran.code}): ${ran.stderr.trim()}`)
}

/** The whole environment of everything the demo starts. */
const environment: Readonly<Record<string, string>> = {
  PATH: programPath,
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Octo',
  GIT_AUTHOR_EMAIL: 'octo@example.com',
  GIT_COMMITTER_NAME: 'Octo',
  GIT_COMMITTER_EMAIL: 'octo@example.com',
}

export type Started = RunningProgram & {
  /** Everything it has printed, on either stream. */
  printed(): string
}

type Start = {
  readonly argv: readonly string[]
  /** The demo's own, where the process is noted. */
  readonly folder: string
  readonly isReady: (printed: string) => boolean
  /** Sees every line that it prints. */
  readonly onLine?: (line: string) => void
}

/** Starts a program and waits until it says that it is ready. */
export async function startAndWait({ argv, folder, isReady, onLine }: Start): Promise<Started> {
  const program = await startProgram({ argv, env: environment })
  noteProcess(folder, program.pid)
  let printed = ''
  let rest = ''
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-outputBytesMax)
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine?.(line)
    })
  }
  let hasExited = false
  void program.exited.then(() => {
    hasExited = true
  })
  await until(
    () => isReady(printed) || hasExited,
    `${argv.slice(-4).join(' ')} to start`,
    startWithinMs,
  )
  if (hasExited) throw new Problem('unavailable', `${argv.join(' ')} ended at once:\n${printed}`)
  return { ...program, printed: () => printed }
}

/** Waits for a condition, or fails with what it waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Problem('unavailable', `Waited ${withinMs / 1000} s in vain for ${what}`)
    await wait(lookEveryMs)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return address.port
}
