import { EventEmitter } from 'node:events'
import { closeSync, fdatasync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { anyTable, type Db, type StoreSignals, type Tx, tooBusy } from './engine.ts'
import { refused } from './sqlite-errors.ts'

const flushFile = promisify(fdatasync)
/** A longer batch would keep the event loop busy for more than a few milliseconds. */
const batchMax = 256
/** Transactions that wait for their turn. More than this are refused: they would time out where they came from. */
const waitingMax = 4096

type Job = {
  readonly queuedAt: number
  readonly body: (tx: Tx) => Promise<unknown>
  readonly afterCommit: (() => void)[]
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  result?: unknown
}

type Parts = {
  readonly writer: DatabaseSync
  /** Asks by way of the writer. */
  readonly db: Db
  /** The tables that were written to since this was last called. */
  readonly takeWritten: () => ReadonlySet<string>
  readonly walPath: string
}

/**
 * Transactions that wait together run one after another, each in its own
 * savepoint, inside one commit per turn of the event loop; one flush of the log,
 * on a thread of the pool, then acknowledges every commit made before it began.
 */
export class GroupCommit {
  readonly signals = new EventEmitter<StoreSignals>()
  readonly #parts: Parts
  readonly #run: ReturnType<typeof commandsOf>
  readonly #waiting: Job[] = []
  readonly #unflushed: Job[] = []
  #wal: number | undefined
  #scheduled = false
  #paused: Promise<unknown> | undefined
  #flushing: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#run = commandsOf(parts.writer)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves when the body's writes are durable; rejects with the body's own error, having undone it alone. */
  run<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= waitingMax) return Promise.reject(tooBusy())
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#waiting.push({
      queuedAt: performance.now(),
      body,
      afterCommit: [],
      resolve: (result) => resolve(result as T),
      reject,
    })
    this.#schedule()
    return promise
  }

  /** Runs something while no batch does: a migration, a restart of the log. Batches wait for it; the event loop does not. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    while (this.#paused !== undefined) await this.#paused
    const running = act()
    this.#paused = running.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await running
    } finally {
      this.signals.emit('written', new Set([anyTable]))
      this.#paused = undefined
      this.#schedule()
    }
  }

  /** Lets what waits be committed and flushed, then lets go of the log. */
  async close(): Promise<void> {
    while (this.#isBusy()) {
      await (this.#paused ?? this.#flushing ?? new Promise((next) => setImmediate(next)))
    }
    if (this.#wal !== undefined) closeSync(this.#wal)
    this.#wal = undefined
  }

  #isBusy(): boolean {
    return this.#waiting.length > 0 || this.#flushing !== undefined || this.#paused !== undefined
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused !== undefined || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#paused === undefined) void this.#turn()
    })
  }

  async #turn(): Promise<void> {
    const batch = this.#waiting.splice(0, batchMax)
    // Nothing else may touch the writer until this batch has ended, even if a body breaks its promise.
    const ended = Promise.withResolvers<void>()
    this.#paused = ended.promise
    const committed = await this.#commit(batch)
    this.#paused = undefined
    ended.resolve()
    this.#unflushed.push(...committed)
    this.#startFlush()
    this.#schedule()
  }

  /** Answers the jobs that are in the commit; the others have been rejected. */
  async #commit(batch: readonly Job[]): Promise<Job[]> {
    const { writer } = this.#parts
    const done: Job[] = []
    try {
      this.#run.begin()
      let turn = nextTurn()
      for (const job of batch) {
        if (turn.isOver()) turn = nextTurn()
        if (await this.#attempt(job, turn.over)) done.push(job)
      }
      this.#run.commit()
      return done
    } catch (error) {
      if (writer.isTransaction) writer.exec('rollback')
      const reason = refused(error)
      for (const job of batch) job.reject(reason)
      return []
    } finally {
      this.signals.emit('written', this.#parts.takeWritten())
    }
  }

  /** Runs one body in its savepoint. Throws only when the whole commit is lost, as on a full disk. */
  async #attempt(job: Job, turn: Promise<never>): Promise<boolean> {
    const { writer, db } = this.#parts
    let open = true
    const guarded = <Args extends unknown[], R>(ask: (...args: Args) => R) => {
      return (...args: Args) => {
        if (!open) throw new Error('This transaction has ended')
        return ask(...args)
      }
    }
    this.#run.savepoint()
    try {
      const onCommit = (act: () => void) => void job.afterCommit.push(act)
      const all = guarded(db.all)
      const handle: Tx = { all, first: guarded(db.first), isSerial: true, onCommit }
      job.result = await Promise.race([job.body(handle), turn])
      this.#run.release()
      return true
    } catch (error) {
      if (!writer.isTransaction) throw error
      writer.exec('rollback to job; release job')
      job.reject(error)
      return false
    } finally {
      open = false
    }
  }

  #startFlush(): void {
    if (this.#flushing !== undefined || this.#unflushed.length === 0) return
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined
      this.#startFlush()
    })
  }

  #tell(batch: readonly Job[]): void {
    const [oldest] = batch
    if (!oldest) return
    const ms = performance.now() - oldest.queuedAt
    this.signals.emit('commit', { transactions: batch.length, ms })
  }

  async #flush(): Promise<void> {
    this.#wal ??= openSync(this.#parts.walPath, 'r+')
    while (this.#unflushed.length > 0) {
      const batch = this.#unflushed.splice(0)
      try {
        await flushFile(this.#wal)
      } catch (error) {
        // After a failed flush nobody can tell what is on the disk. Start over from what is.
        process.nextTick(() => {
          throw new Error('The log of the database could not be flushed', { cause: error })
        })
        return
      }
      this.#tell(batch)
      for (const job of batch) {
        job.resolve(job.result)
        for (const act of job.afterCommit) act()
      }
    }
  }
}

/** What goes around every transaction, compiled once. */
function commandsOf(writer: DatabaseSync) {
  const prepared = (sql: string) => {
    const statement = writer.prepare(sql)
    return () => void statement.run()
  }
  return {
    begin: prepared('begin immediate'),
    commit: prepared('commit'),
    savepoint: prepared('savepoint job'),
    release: prepared('release job'),
  }
}

/** Rejects in the next turn: a body that is still running then has awaited something other than a query. */
function nextTurn(): { readonly over: Promise<never>; isOver(): boolean } {
  const { promise: over, reject } = Promise.withResolvers<never>()
  let isOver = false
  setImmediate(() => {
    isOver = true
    reject(new Error('A transaction may await nothing but its queries'))
  })
  over.catch(() => undefined)
  return { over, isOver: () => isOver }
}
