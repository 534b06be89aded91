import { type FileHandle, open, readFile, rename, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../../lib/problem.ts'
import { lockWriter } from './writer-lock.ts'

/**
 * Facts in the order they became true, one JSON object a line, kept across crashes
 * (agent D9). One process writes.
 */
export type Journal<Entry> = AsyncDisposable & {
  /**
   * Resolves when the entry would survive a power cut. Appends that wait together
   * share one flush. After a failed write every append fails: the disk no longer
   * holds what we think it holds.
   */
  append(entry: Entry): Promise<void>
  /**
   * Replaces the whole journal by what `entriesOf` returns, in one rename. It is called
   * when nothing waits: it must stand for all that was appended until then, and what is
   * appended later follows it.
   */
  rewrite(entriesOf: () => readonly Entry[]): Promise<void>
  /** How large the file is, to tell when a rewrite is due. */
  readonly bytes: number
  /** A write failed: nothing can be kept any more. */
  readonly isBroken: boolean
}

export type JournalOptions<Entry> = {
  readonly path: string
  /** Refuses, by throwing, what is not an entry. */
  readonly parse: (value: unknown) => Entry
  /** Called for each entry once it is durable, before `append` resolves. */
  readonly onDurable?: (entry: Entry) => void
}

type Opened<Entry> = { readonly journal: Journal<Entry>; readonly entries: readonly Entry[] }

/**
 * Opens the journal and reads it whole. A last line without its end was never
 * acknowledged and is cut off; any other unreadable line is thrown as a Problem with its number.
 */
export async function openJournal<Entry>(options: JournalOptions<Entry>): Promise<Opened<Entry>> {
  const lock = await lockWriter(`${options.path}.lock`)
  try {
    const { entries, bytes } = await readEntries(options)
    const file = await openDurably(options.path)
    return { journal: journalOf({ ...options, lock, file, bytes }), entries }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/** A journal that grew beyond this was not rewritten for a very long time. */
const bytesMax = 512 * 1024 * 1024

async function readEntries<Entry>({ path, parse }: JournalOptions<Entry>) {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  if (content.length > bytesMax)
    throw new Problem('too_large', `${path} is larger than ${bytesMax} bytes.`)
  const bytes = content.lastIndexOf('\n') + 1
  if (bytes < content.length) await truncate(path, bytes)
  const lines = content.toString('utf8', 0, bytes).split('\n').slice(0, -1)
  return { bytes, entries: lines.map((line, at) => parseLine(line, `${path}:${at + 1}`, parse)) }
}

function parseLine<Entry>(line: string, place: string, parse: (value: unknown) => Entry): Entry {
  try {
    return parse(JSON.parse(line))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Problem('invalid', `${place}: this line of the journal cannot be read: ${reason}`)
  }
}

/** A new file's name survives a power cut only when its folder was flushed as well. */
async function openDurably(path: string): Promise<FileHandle> {
  const file = await open(path, 'a', 0o600)
  await syncFolder(path)
  return file
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

type Parts<Entry> = JournalOptions<Entry> & {
  readonly lock: AsyncDisposable
  readonly file: FileHandle
  readonly bytes: number
}

type Waiting<Entry> = {
  readonly entry: Entry
  readonly line: string
  settle: PromiseWithResolvers<void>
}

function journalOf<Entry>(parts: Parts<Entry>): Journal<Entry> {
  const { path, lock, onDurable } = parts
  let { file, bytes } = parts
  let waiting: Waiting<Entry>[] = []
  let chain: Promise<void> = Promise.resolve()
  let failure: { readonly error: unknown } | undefined

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    const failed = await writeBatch(batch).catch((error: unknown) => ({ error }))
    for (const { settle } of batch) failed ? settle.reject(failed.error) : settle.resolve()
  }

  async function writeBatch(batch: readonly Waiting<Entry>[]): Promise<undefined> {
    if (failure !== undefined) throw failure.error
    try {
      const text = batch.map(({ line }) => line).join('')
      await file.appendFile(text)
      await file.datasync()
      bytes += Buffer.byteLength(text)
      for (const { entry } of batch) onDurable?.(entry)
    } catch (error) {
      failure = { error }
      throw error
    }
  }

  async function replace(entriesOf: () => readonly Entry[]): Promise<void> {
    while (waiting.length > 0) await flush()
    if (failure !== undefined) throw failure.error
    const text = entriesOf().map(lineOf).join('')
    const fresh = await open(`${path}.new`, 'w', 0o600)
    await fresh.writeFile(text)
    await fresh.sync()
    await fresh.close()
    await rename(`${path}.new`, path)
    const old = file
    file = await openDurably(path)
    bytes = Buffer.byteLength(text)
    await old.close()
  }

  return {
    append: (entry) => {
      const settle = Promise.withResolvers<void>()
      waiting.push({ entry, line: lineOf(entry), settle })
      chain = chain.then(flush)
      return settle.promise
    },
    rewrite: (entriesOf) => {
      const done = chain.then(() => replace(entriesOf))
      chain = done.catch(() => undefined)
      return done
    },
    get bytes() {
      return bytes
    },
    get isBroken() {
      return failure !== undefined
    },
    [Symbol.asyncDispose]: async () => {
      await chain
      await file.close()
      await lock[Symbol.asyncDispose]()
    },
  }
}

const lineOf = (entry: unknown) => `${JSON.stringify(entry)}\n`
