import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Program, RunningProgram } from '../../lib/program.ts'
import { eachLine, startProgram } from '../../lib/program.ts'
import type { Step, StepResult, StopReason } from './model.ts'
import { parseAnswer, type WrapperAnswer, wrapperCommand, wrapperHeader } from './wrapper.ts'

export type StepLine = {
  /** The ssh client for a remote command. */
  readonly program: (command: string) => Program
  readonly leaseSeconds: number
  readonly explain: (stderr: string) => Promise<string>
}

const chunkBytes = 256 * 1024
const stderrBytesMax = 64 * 1024
const outputTailMax = 64 * 1024

/** Runs one step to its evidence: see `StepResult`. Throws nothing but Problem `unavailable` without ssh. */
export async function runStep(line: StepLine, step: Step): Promise<StepResult> {
  if (step.signal.aborted) return { kind: 'stopped', why: 'cancelled' }
  const word = randomBytes(24).toString('base64url')
  const { runFolder, killAfterMs } = step
  const command = wrapperCommand({
    runFolder,
    killAfterMs,
    leaseSeconds: line.leaseSeconds,
    hasInput: step.input !== null,
  })
  const ssh = await startProgram(line.program(command))
  const stderr = tailOf(ssh.stderr, stderrBytesMax)
  const output = watchOutput(ssh, step)
  using stopper = armStops(ssh, line, step, output)
  ssh.stdin.write(wrapperHeader(word, environmentOf(step), step.script))
  const beat = setInterval(() => ssh.stdin.write('PING\n'), (line.leaseSeconds * 1000) / 3)
  const fed = feed(ssh, step.input)
  await ssh.exited
  clearInterval(beat)
  const feedError = await fed
  const answer = parseAnswer(word, stderr())
  if (answer) return resultOf(answer, stopper.why(), output.tail())
  return { kind: 'lost', reason: feedError ?? (await lostReason(line, stderr())) }
}

const environmentOf = ({ env, secrets }: Step) => ({
  ...env,
  ...Object.fromEntries([...secrets].map(([name, secret]) => [name, secret.reveal()])),
})

function resultOf(
  { code, why }: WrapperAnswer,
  asked: StopReason | null,
  output: string,
): StepResult {
  if (why === 'exit' || why === 'setup') return { kind: 'exited', code, output }
  if (why === 'lease' || why === 'eof') return { kind: 'stopped', why }
  return { kind: 'stopped', why: asked ?? 'cancelled' }
}

async function lostReason(line: StepLine, stderr: string): Promise<string> {
  return /no-rc$/m.test(stderr)
    ? 'the host could not record how the step ended; is its disk full?'
    : await line.explain(stderr)
}

/** Sends the script's input in frames, then its end. A failed read must never look like an end. */
async function feed(ssh: RunningProgram, input: Step['input']): Promise<string | null> {
  if (input === null) return null
  const ended = ssh.exited.then((): true => true)
  try {
    for await (const chunk of input) {
      for (let at = 0; at < chunk.length; at += chunkBytes) {
        const isGone = await writeFrame(ssh, chunk.subarray(at, at + chunkBytes), ended)
        if (isGone) return null
      }
    }
  } catch (error) {
    // Whatever broke the source: cutting the line makes the wrapper kill the step.
    ssh.kill()
    return `the upload could not be read: ${error instanceof Error ? error.message : error}`
  }
  ssh.stdin.write('END\n')
  return null
}

async function writeFrame(
  ssh: RunningProgram,
  frame: Buffer,
  ended: Promise<true>,
): Promise<boolean> {
  if (ssh.stdin.destroyed) return true
  ssh.stdin.write(`DATA ${frame.length}\n`)
  if (ssh.stdin.write(frame)) return false
  return await Promise.race([
    ended,
    once(ssh.stdin, 'drain').then(
      () => false,
      () => true,
    ),
  ])
}

type Output = { readonly lastAt: () => number; readonly tail: () => string }

/** Whole lines to the caller, the end of the output for messages, and when we last heard anything. */
function watchOutput(ssh: RunningProgram, { onLine }: Step): Output {
  let lastAt = performance.now()
  ssh.stdout.on('data', () => {
    lastAt = performance.now()
  })
  eachLine(ssh.stdout, onLine)
  return { lastAt: () => lastAt, tail: tailOf(ssh.stdout, outputTailMax) }
}

function tailOf(stream: NodeJS.ReadableStream, max: number): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-max)
  })
  return () => text
}

const idleCheckMs = 250

/** Sends CANCEL on abort, timeout or silence; cuts the line when no answer comes in time. */
function armStops(ssh: RunningProgram, line: StepLine, step: Step, output: Output) {
  let why: StopReason | null = null
  let cut: NodeJS.Timeout | undefined
  const stop = (reason: StopReason) => {
    if (why !== null) return
    why = reason
    ssh.stdin.write('CANCEL\n')
    cut = setTimeout(() => ssh.kill(), step.killAfterMs + line.leaseSeconds * 1000)
  }
  const cancel = () => stop('cancelled')
  step.signal.addEventListener('abort', cancel)
  if (step.signal.aborted) cancel()
  const timer = setTimeout(() => stop('timeout'), step.timeoutMs)
  const idle = setInterval(() => {
    const idleMs = performance.now() - output.lastAt()
    if (step.idleTimeoutMs !== null && idleMs > step.idleTimeoutMs) stop('idle')
  }, idleCheckMs)
  return {
    why: () => why,
    [Symbol.dispose]: () => {
      step.signal.removeEventListener('abort', cancel)
      clearTimeout(timer)
      clearTimeout(cut)
      clearInterval(idle)
    },
  }
}
