import { PassThrough, Readable, Writable } from 'node:stream'
import { type Child, endOf, GitError, kill, listenToErrors } from './git-process/process.ts'
import {
  type ArchiveOptions,
  type GitStream,
  noSha,
  type PackOptions,
  type ReceiveOptions,
  type RefChange,
  type StreamEnd,
} from './model.ts'
import { openCommands, openReport, pktLine } from './pkt-line.ts'
import { type Bare, checkSha, findRef } from './resolve.ts'

/** A repository whose git can stream. */
export type Streaming = Bare & {
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Child
}

const lifetimeMs = 4 * 60 * 60 * 1000
const silenceSeconds = 300
/** For a push that its client left: time to finish what was whole, or to clean up. */
const farewellMs = 30_000

/** Answers a clone or a fetch. */
export function uploadPack(bare: Streaming, options: PackOptions): GitStream {
  const quiet = ['--strict', `--timeout=${silenceSeconds}`]
  const child = bare.start(['upload-pack', ...quiet, ...flagsOf(options), bare.dir], envOf(options))
  return followChild(child, options.signal, announcementOf('upload-pack', options))
}

/** The files of a commit. Undefined when there is no such commit. */
export async function archive(bare: Streaming, options: ArchiveOptions) {
  if ((await bare.ask(checkSha(options.sha)))?.type !== 'commit') return undefined
  const args = [`--format=${options.format}`, `--prefix=${options.folder}/`, options.sha]
  const child = bare.start(['archive', ...args])
  child.stdin.end()
  return followChild(child, options.signal)
}

/** The bytes of a blob, whatever their number. `sha` must be a blob's. */
export function streamBlob(bare: Streaming, sha: string): GitStream {
  const child = bare.start(['cat-file', 'blob', checkSha(sha)])
  child.stdin.end()
  return followChild(child, undefined)
}

function flagsOf({ mode }: PackOptions): string[] {
  if (mode === 'stateful') return []
  return mode === 'advertise' ? ['--stateless-rpc', '--advertise-refs'] : ['--stateless-rpc']
}

function envOf({ protocol }: PackOptions): Record<string, string> {
  return protocol && /^version=[0-2]$/.test(protocol) ? { GIT_PROTOCOL: protocol } : {}
}

/** Smart HTTP's first line; version 2 has none (git's "http-protocol"). */
function announcementOf(service: string, { mode, protocol }: PackOptions): string {
  const isVersion2 = service === 'upload-pack' && protocol === 'version=2'
  if (mode !== 'advertise' || isVersion2) return ''
  return `${pktLine(`# service=git-${service}\n`)}0000`
}

function followChild(child: Child, signal: AbortSignal | undefined, before = ''): GitStream {
  const output = new PassThrough()
  if (before) output.write(before)
  child.stdout.pipe(output)
  output.once('close', () => {
    if (!output.readableEnded) kill(child)
  })
  const errors = listenToErrors(child)
  const done = limitLife(child, signal, () => kill(child)).then(
    ({ code }) => ({ code, errors: errors() }),
    (error: Error) => {
      output.destroy(error)
      throw error
    },
  )
  return quietly({ input: child.stdin, output, done })
}

/** An error of a stream that nobody listens to would end the server; `done` and the pipes tell it. */
function quietly(stream: GitStream): GitStream {
  stream.input.on('error', () => {})
  stream.output.on('error', () => {})
  return stream
}

/** The child's end, brought about by `stop` when it is aborted or has lived too long. */
function limitLife(child: Child, signal: AbortSignal | undefined, stop: () => void) {
  const timer = setTimeout(() => kill(child), lifetimeMs)
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return endOf(child).finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  })
}

/**
 * Answers a push. Which refs it changed is read from the wire: the commands as they pass in and
 * git's own report as it comes out. A snapshot before and after would take a concurrent push for ours.
 */
export function receivePack(
  bare: Streaming,
  options: ReceiveOptions,
  packBytesMax: number,
): GitStream {
  if (options.mode === 'advertise') return advertiseReceive(bare, options)
  const limit = ['-c', `receive.maxInputSize=${packBytesMax}`]
  const child = bare.start(
    [...limit, 'receive-pack', ...flagsOf(options), bare.dir],
    envOf(options),
  )
  const errors = listenToErrors(child)
  const commands = openCommands()
  const report = openReport({
    advertises: options.mode === 'stateful',
    isMuxed: () => commands.has('side-band-64k') || commands.has('side-band'),
  })
  const input = openInput(child, async (chunk) => {
    if (commands.isDone()) return
    commands.read(chunk)
    if (commands.isDone()) await readDeleted(bare, commands.commands)
  })
  const output = new Readable({ read() {} })
  const send = (bytes: Buffer) => !output.destroyed && bytes.length > 0 && output.push(bytes)
  child.stdout.on('data', (chunk: Buffer) => report.read(chunk).forEach(send))
  output.once('close', () => input.destroy())

  let isRefused = false
  async function finish(): Promise<StreamEnd> {
    const { code } = await limitLife(child, options.signal, () => input.destroy())
    const changes = await findChanges(bare, commands.commands, report.accepted())
    try {
      if (changes.length > 0) await options.onPush(changes)
      report.held().forEach(send)
    } catch (error) {
      await takeBack(bare, changes)
      const refusal = report.refused('could not be recorded; push again')
      refusal.forEach(send)
      // A client that wants no report has only the broken connection to learn it from.
      isRefused = refusal.length > 0
      if (isRefused) output.push(null)
      throw error
    }
    output.push(null)
    return { code, errors: errors() }
  }
  const done = finish()
  done.catch((error: Error) => isRefused || output.destroy(error))
  return quietly({ input, output, done })
}

function advertiseReceive(bare: Streaming, options: PackOptions): GitStream {
  const child = bare.start(['receive-pack', ...flagsOf(options), bare.dir], envOf(options))
  return followChild(child, options.signal, announcementOf('receive-pack', options))
}

/**
 * Shows each chunk to `watch`, then hands it to the child at the child's pace. A child that has
 * refused and ended lets the rest fall, so that the client lives to read why. When the client
 * goes away, the child's input ends: it finishes a push that is whole and cleans up another.
 */
function openInput(child: Child, watch: (chunk: Buffer) => Promise<void>): Writable {
  async function forward(chunk: Buffer) {
    await watch(chunk)
    if (!child.stdin.writable || child.stdin.write(chunk)) return
    await new Promise<void>((resolve) => {
      function goOn() {
        child.stdin.off('drain', goOn).off('close', goOn)
        resolve()
      }
      child.stdin.on('drain', goOn).on('close', goOn)
    })
  }
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => void forward(chunk).then(() => done(), done),
    final: (done) => void child.stdin.end(done),
    destroy: (error, done) => {
      child.stdin.end()
      const timer = setTimeout(() => kill(child, 'SIGTERM'), farewellMs).unref()
      child.once('close', () => clearTimeout(timer))
      done(error)
    },
  })
}

/**
 * A push that nobody could note must not have been: its events would be lost, and pushing again
 * would change nothing. Refs that somebody has moved on since stay. Objects are harmless, and stay.
 */
async function takeBack(bare: Bare, changes: readonly RefChange[]): Promise<void> {
  for (const { ref, before, after } of changes) {
    const input = `update ${ref} ${before} ${after}\n`
    const { code, stderr } = await bare.run(['update-ref', '--stdin'], { input, okCodes: [0, 128] })
    const isMovedOn = / but expected |unable to resolve reference|already exists/.test(stderr)
    if (code !== 0 && !isMovedOn) throw new GitError(`${ref} could not be put back: ${stderr}`)
  }
}

/** Git believes a client about the old value of a ref it deletes, if it lacks that object. We look. */
async function readDeleted(bare: Bare, commands: RefChange[]): Promise<void> {
  for (const [index, command] of commands.entries()) {
    if (command.after !== noSha) continue
    const found = await findRef(bare, command.ref)
    commands[index] = { ...command, before: found?.sha ?? noSha }
  }
}

/** Without a report (a client that wants none, a git that was killed), the refs themselves tell. */
async function findChanges(
  bare: Bare,
  commands: readonly RefChange[],
  accepted: Set<string> | undefined,
): Promise<RefChange[]> {
  const changing = commands.filter(({ before, after }) => before !== after)
  if (accepted) return changing.filter(({ ref }) => accepted.has(ref))
  const changed: RefChange[] = []
  for (const command of changing) {
    const now = (await findRef(bare, command.ref))?.sha ?? noSha
    if (now === command.after) changed.push(command)
  }
  return changed
}
