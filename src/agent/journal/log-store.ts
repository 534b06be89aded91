import { EventEmitter } from 'node:events'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../lib/problem.ts'

/** One text file per deployment, written once from front to back, so a byte offset always means the same byte. */
export type LogStore = AsyncDisposable & {
  append(name: string, text: string): Promise<void>
  size(name: string): Promise<number>
  /** At most 64 KiB from `offset` on; empty at the end. */
  read(name: string, offset: number): Promise<Buffer>
  /** Calls after each append and once at `end`; returns how to stop listening. */
  watch(name: string, listener: () => void): () => void
  /** Lets go of the file: nothing more will come. */
  end(name: string): Promise<void>
  /** Removes the logs that nothing was written to since `before`. */
  prune(before: Date): Promise<void>
}

type LogStoreOptions = { readonly folder: string; readonly bytesMax?: number }

const bytesMaxDefault = 16 * 1024 * 1024
const readBytesMax = 64 * 1024

/** The last line of a log that was cut (agent 5: "a visible truncation line"). */
const truncationOf = (bytesMax: number) => `\n[log truncated: it reached ${bytesMax} bytes]\n`

type Open = { readonly file: FileHandle; bytes: number; chain: Promise<void> }

export async function openLogStore({
  folder,
  bytesMax = bytesMaxDefault,
}: LogStoreOptions): Promise<LogStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const opened = new Map<string, Promise<Open>>()
  const growth = new EventEmitter().setMaxListeners(0)

  async function openLog(name: string): Promise<Open> {
    const file = await open(fileOf(folder, name), 'a', 0o600)
    return { file, bytes: (await file.stat()).size, chain: Promise.resolve() }
  }

  function find(name: string): Promise<Open> {
    const found = opened.get(name)
    if (found !== undefined) return found
    const opening = openLog(name)
    opened.set(name, opening)
    // One that could not be opened is not remembered: the next append tries again.
    opening.catch(() => opened.delete(name))
    return opening
  }

  async function end(name: string): Promise<void> {
    const found = opened.get(name)
    opened.delete(name)
    if (found !== undefined) await closeLog(await found)
    growth.emit(name)
  }

  return {
    append: async (name, text) => {
      const log = await find(name)
      log.chain = log.chain.then(() => write(log, text, bytesMax))
      await log.chain
      growth.emit(name)
    },
    size: (name) => sizeOf(fileOf(folder, name)),
    read: (name, offset) => readFrom(fileOf(folder, name), offset),
    watch: (name, listener) => {
      growth.on(name, listener)
      return () => growth.off(name, listener)
    },
    end,
    prune: (before) => prune(folder, before, new Set(opened.keys())),
    [Symbol.asyncDispose]: async () => {
      for (const name of opened.keys()) await end(name)
    },
  }
}

async function closeLog({ file, chain }: Open): Promise<void> {
  await chain
  await file.close()
}

/** Names come from us, but they lead to paths. */
function fileOf(folder: string, name: string): string {
  if (!/^\w[\w.-]{0,199}$/.test(name))
    throw new Problem('invalid', `"${name}" is not the name of a log.`)
  return join(folder, `${name}.log`)
}

async function write(log: Open, text: string, bytesMax: number): Promise<void> {
  // The truncation line takes a cut log past its limit, and so a log that was cut stays closed after a restart.
  if (log.bytes > bytesMax) return
  const bytes = Buffer.from(text)
  const room = bytesMax - log.bytes
  const kept =
    bytes.length <= room
      ? bytes
      : Buffer.concat([wholeCharacters(bytes, room), truncationBytes(bytesMax)])
  await log.file.appendFile(kept)
  log.bytes += kept.length
}

const truncationBytes = (bytesMax: number) => Buffer.from(truncationOf(bytesMax))

/** Cuts before the character that would not fit whole: a byte 10xxxxxx continues one. */
function wholeCharacters(bytes: Buffer, room: number): Buffer {
  let end = room
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}

const missing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return undefined
  throw error
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(missing))?.size ?? 0
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(missing)
  if (file === undefined) return Buffer.alloc(0)
  try {
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(readBytesMax),
      0,
      readBytesMax,
      offset,
    )
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function prune(folder: string, before: Date, open: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'))
  for (const name of names) {
    const path = join(folder, name)
    const isOpen = open.has(name.slice(0, -'.log'.length))
    if (!isOpen && (await stat(path)).mtime < before) await rm(path, { force: true })
  }
}
