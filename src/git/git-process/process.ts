import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Log } from '../../lib/log.ts'
import { Problem } from '../../lib/problem.ts'

/** Git did what it never should. A bug or a broken disk, so its text is for the log alone. */
export class GitError extends Error {
  override readonly name = 'GitError'
}

export type RunOptions = {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly outputBytesMax?: number
  /** Stop git at `outputBytesMax` and keep what it said, instead of failing. */
  readonly cutsOutput?: boolean
  /** The exit codes that are answers; any other throws a GitError. Default: 0. */
  readonly okCodes?: readonly number[]
}

export type RunResult = {
  readonly code: number
  readonly bytes: Buffer
  /** The bytes as UTF-8. */
  readonly stdout: string
  /** The end of it, in English. */
  readonly stderr: string
  readonly isCut: boolean
}

export type Child = ChildProcessWithoutNullStreams

/**
 * The children of this process. `run` waits for a short command and throws Problem
 * `unavailable` when it is too slow or too many wait; `start` gives a child that streams.
 */
export type Processes = {
  run(dir: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  start(dir: string, args: readonly string[], env?: Readonly<Record<string, string>>): Child
  close(): Promise<void>
}

const timeoutMs = 15_000
const outputBytesMax = 64 * 1024 * 1024
const stderrBytesMax = 4096
const runningMax = 16
const waitingMax = 1000

/** These win over a repository's own config file, in git's children too. */
const settings: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.quotePath', 'false'],
  ['core.warnAmbiguousRefs', 'false'],
  // A push we have acknowledged survives a power cut.
  ['core.fsync', 'committed'],
  ['safe.directory', '*'],
  ['protocol.allow', 'never'],
  ['init.defaultBranch', 'main'],
  ['pack.windowMemory', '100m'],
  // A deployment's commit may be on no branch any more and is still deployed again.
  ['gc.pruneExpire', 'never'],
  ['gc.cruftPacks', 'true'],
  ['transfer.fsckObjects', 'true'],
  ['receive.fsckObjects', 'true'],
  // Harmless, and found in the history of well-known projects: GitHub takes them, too.
  ['receive.fsck.zeroPaddedFilemode', 'ignore'],
  ['receive.fsck.badTimezone', 'ignore'],
  ['receive.fsck.missingSpaceBeforeDate', 'ignore'],
  ['receive.denyNonFastForwards', 'false'],
  ['receive.denyDeleteCurrent', 'refuse'],
  ['receive.advertisePushOptions', 'false'],
  // Only branches and tags; the last match decides. A branch called `refs/heads/x` would be
  // taken for branch `x` (GitHub: "Dealing with special characters in branch and tag names").
  ['transfer.hideRefs', 'refs'],
  ['transfer.hideRefs', '!refs/heads'],
  ['transfer.hideRefs', '!refs/tags'],
  ['transfer.hideRefs', 'refs/heads/refs'],
  ['transfer.hideRefs', 'refs/tags/refs'],
  // Whoever may read a repository may read all of it, and agents fetch by sha, even one that
  // a force push left behind. Protocol v2 allows it anyway; this makes v0 the same.
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
]

function environmentOf({ home, path }: { home: string; path: string }): Record<string, string> {
  const config = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return {
    PATH: path,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    // What newer versions of git would choose differently.
    GIT_DEFAULT_HASH: 'sha1',
    GIT_DEFAULT_REF_FORMAT: 'files',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(config),
  }
}

export function openProcesses(options: { home: string; path: string; log: Log }): Processes {
  const base = environmentOf(options)
  const children = new Map<Child, Promise<unknown>>()
  const gate = openGate()

  function start(dir: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    // A group of its own, so that upload-pack's pack-objects ends with it.
    const child = spawn('git', [`--git-dir=${dir}`, ...args], {
      cwd: options.home,
      env: { ...base, ...env },
      detached: true,
      stdio: 'pipe',
    })
    // A child that ends early closes its input; its exit code tells why.
    child.stdin.on('error', () => {})
    const closed = new Promise<void>((resolve) => {
      child.once('close', () => resolve())
      child.once('error', () => resolve())
    })
    children.set(
      child,
      closed.then(() => children.delete(child)),
    )
    return child
  }

  async function run(dir: string, args: readonly string[], how: RunOptions = {}) {
    const leave = await gate.enter()
    try {
      return await collect(start(dir, args, how.env), args, how)
    } catch (error) {
      options.log.warn({ command: args[0], err: error }, 'git.failed')
      throw error
    } finally {
      leave()
    }
  }

  async function close() {
    for (const child of children.keys()) kill(child)
    await Promise.all(children.values())
  }

  return { run, start, close }
}

/** Ends a child and its own children. */
export function kill(child: Child, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // ESRCH: it ended between the question and the signal.
  }
}

/** The end of what a child says on its standard error, for the log. */
export function listenToErrors(child: Child): () => string {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-stderrBytesMax)
  })
  return () => said.trim()
}

/** Resolves when the child and its streams have ended; rejects when it could not be started. */
export function endOf(child: Child): Promise<{ code: number | null }> {
  return new Promise((resolve, reject) => {
    child.once('close', (code) => resolve({ code }))
    child.once('error', (cause) => {
      reject(new GitError('git could not be started: apt-get install git', { cause }))
    })
  })
}

async function collect(child: Child, args: readonly string[], how: RunOptions): Promise<RunResult> {
  const errors = listenToErrors(child)
  const bytesMax = how.outputBytesMax ?? outputBytesMax
  const chunks: Buffer[] = []
  let bytes = 0
  let isLate = false
  child.stdout.on('data', (chunk: Buffer) => {
    if (bytes < bytesMax) chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= bytesMax) kill(child)
  })
  const timer = setTimeout(() => {
    isLate = true
    kill(child)
  }, how.timeoutMs ?? timeoutMs)
  child.stdin.end(how.input ?? '')
  const { code } = await endOf(child).finally(() => clearTimeout(timer))

  const command = `git ${args.slice(0, 2).join(' ')}`
  if (isLate) throw new Problem('unavailable', `${command} took too long; ask for less.`)
  const isCut = bytes >= bytesMax
  if (isCut && !how.cutsOutput) throw new Problem('unavailable', `${command} had too much to say.`)
  if (!isCut && !(how.okCodes ?? [0]).includes(code ?? -1)) {
    throw new GitError(`${command} ended with ${code}: ${errors()}`)
  }
  const output = Buffer.concat(chunks)
  return {
    code: code ?? 0,
    bytes: output,
    stdout: output.toString('utf8'),
    stderr: errors(),
    isCut,
  }
}

/** Lets `runningMax` in at a time; the others wait in line. */
function openGate() {
  const waiting: (() => void)[] = []
  let running = 0
  function leave() {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
  async function enter() {
    if (waiting.length >= waitingMax) throw new Problem('unavailable', 'Too many wait for git.')
    if (running < runningMax) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return leave
  }
  return { enter }
}
