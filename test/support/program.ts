import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const slipway = join(import.meta.dirname, '../../bin/slipway')
const runWithinMs = 30_000
const readyWithinMs = 20_000

/** The variables of whoever runs the tests must not become settings of what is tested. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(SLIPWAY_|DATABASE_URL|CLICOLOR|NO_COLOR|FORCE_COLOR)/.test(name),
  ),
)

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }
type Given = {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly withinMs?: number
}

/** Runs `bin/slipway …` to its end. */
export function run(
  args: readonly string[],
  { input = '', env = {}, withinMs = runWithinMs, ...place }: Given = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...environment, ...env }, timeout: withinMs, ...place }
    const child = execFile(slipway, [...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

export type Serving = {
  readonly url: string
  readonly apiUrl: string
  readonly ssh: string
  readonly child: ChildProcess
  /** Everything printed so far. */
  output(): string
  /** Sends the signal and gives the exit code (null when the signal itself ended it). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

type ServeOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A program and its arguments that becomes the server, such as `prlimit`. */
  readonly through?: readonly string[]
  /** What starts it where that is not `bin/slipway serve`. */
  readonly by?: readonly string[]
}

/** Starts a server on free ports of loopback and waits until it says that it is ready. */
export async function serve(
  data: string,
  { args = [], env = {}, through = [], by = [slipway, 'serve'] }: ServeOptions = {},
): Promise<Serving> {
  const settings = ['--data', data, '--port', '0', '--ssh-port', '0', ...args]
  const [program = slipway, ...all] = [...through, ...by, ...settings]
  const child = spawn(program, all, { env: { ...environment, ...env }, stdio: 'pipe' })
  const exited = once(child, 'exit') as Promise<[number | null]>
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  onTestFinished(() => void child.kill('SIGKILL'))
  await until(() => printed.includes('Slipway is ready') || child.exitCode !== null, readyWithinMs)
  const url = /API +(\S+)\/api\/v3/.exec(printed)?.[1]
  const ssh = /over SSH +(\S+)\/OWNER/.exec(printed)?.[1]
  if (!url || !ssh) throw new Error(`The server did not start:\n${printed}`)
  return {
    url,
    apiUrl: `${url}/api/v3`,
    ssh,
    child,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = await exited
      return code
    },
  }
}

/** Waits for a condition; throws when it has not come true in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
