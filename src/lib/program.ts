import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { Problem } from './problem.ts'

/** An argument vector and a whole environment: nothing is inherited and no shell reads it. */
export type Program = {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What `runProgram` has it read. */
  readonly input?: string
}

/** Where our programs are looked for; the environment of the agent is nobody's business. */
export const programPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'

export type RunningProgram = {
  readonly pid: number
  readonly stdin: ChildProcessWithoutNullStreams['stdin']
  readonly stdout: ChildProcessWithoutNullStreams['stdout']
  readonly stderr: ChildProcessWithoutNullStreams['stderr']
  /** Null when a signal ended it. Settles when the process ended, even if someone else still holds its output. */
  readonly exited: Promise<number | null>
  /** SIGKILL for the program and everything in its process group. */
  kill(): void
}

/**
 * Starts a program as the leader of its own process group, so that it ends with
 * everything it started and a Ctrl-C at our terminal does not reach it first.
 * Throws Problem `unavailable` when it cannot be started.
 */
export async function startProgram({ argv, env, cwd }: Program): Promise<RunningProgram> {
  const [file = '', ...args] = argv
  const child = spawn(file, args, { env: { ...env }, detached: true, ...(cwd ? { cwd } : {}) })
  // A program that ends early closes its input; that it ended says enough.
  child.stdin.on('error', () => {})
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => settleOutput(child, () => resolve(code)))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(
        new Problem('unavailable', `Cannot start "${file}": ${cause.message}. Is it installed?`),
      ),
    )
  })
  const { pid = 0, stdin, stdout, stderr } = child
  return { pid, stdin, stdout, stderr, exited, kill: () => killGroup(pid) }
}

const outputGraceMs = 250

/** A background process of the program may hold its output for ever: after the exit we wait only a moment. */
function settleOutput(child: ChildProcessWithoutNullStreams, done: () => void): void {
  const timer = setTimeout(() => {
    child.stdout.destroy()
    child.stderr.destroy()
  }, outputGraceMs)
  child.once('close', () => {
    clearTimeout(timer)
    done()
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: the group is gone, which is what was asked for.
  }
}

export type ProgramLimits = {
  readonly timeoutMs: number
  readonly outputBytesMax: number
  readonly signal?: AbortSignal
}

export type ProgramResult = {
  /** Null when it was killed: by a signal, the time limit, the size limit or the abort signal. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs a program to its end and keeps its output, within limits of time and size. */
export async function runProgram(program: Program, limits: ProgramLimits): Promise<ProgramResult> {
  const running = await startProgram(program)
  const stop = () => running.kill()
  const timer = setTimeout(stop, limits.timeoutMs)
  limits.signal?.addEventListener('abort', stop)
  if (limits.signal?.aborted) stop()
  running.stdin.end(program.input ?? '')
  const stdout = collect(running.stdout, limits.outputBytesMax, stop)
  const stderr = collect(running.stderr, limits.outputBytesMax, stop)
  const code = await running.exited
  clearTimeout(timer)
  limits.signal?.removeEventListener('abort', stop)
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

function collect(stream: NodeJS.ReadableStream, bytesMax: number, overflow: () => void): Buffer[] {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bytesMax) return overflow()
    chunks.push(chunk)
  })
  return chunks
}

const lineLengthMax = 16 * 1024

/**
 * Calls `onLine` for every line of a stream of UTF-8, without its end, and for
 * what is left when the stream closes. A line that never ends comes in pieces.
 */
export function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
    if (rest.length < lineLengthMax) return
    onLine(rest)
    rest = ''
  })
  stream.once('close', () => {
    if (rest !== '') onLine(rest)
  })
}
