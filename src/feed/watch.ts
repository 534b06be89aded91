import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import type { Source } from './model.ts'
import { concernedBy, newestEvent } from './queries.ts'

export type Watching = Pick<App, 'store' | 'signals' | 'log'>

/** Where nothing is signalled: other processes on the same database write, too. */
const pollMs = 1000
/** An event is there that must wait for an earlier one, whose transaction is about to end. */
const behindMs = 10
const rowsMax = 1000
const waitersMax = 5000

/** One wait for news of a source; end it by disposing it. */
export type Turn = Disposable & {
  /** Resolves at the first news since it was taken, or after so long; says which. */
  wait(ms: number, signal?: AbortSignal): Promise<'news' | 'nothing'>
}

/**
 * Tells those who wait for events. Rows are looked at once for all of them, after a
 * commit, and only those are woken whom it concerns. A turn is to be taken before the
 * rows are read, so that nothing happens in between.
 */
export class Watch {
  readonly #app: Watching
  readonly #waiters = new Map<string, Set<() => void>>()
  #count = 0
  #seen: number | undefined
  #isBehind = false
  #isLooking = false
  #isSignalled = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(app: Watching) {
    this.#app = app
    app.signals.on('deliveries', this.#look)
    // Other nodes on the same database.
    app.signals.on('elsewhere', this.#look)
    app.signals.once('stopping', () => {
      this.#isStopped = true
      this.#wakeAll()
    })
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Throws `unavailable` when too many wait already. */
  take(source: Source): Turn {
    if (this.#count >= waitersMax) {
      throw new Problem(
        'unavailable',
        `${waitersMax} clients wait for events already; come back later`,
      )
    }
    const key = keyOf(source)
    const news = Promise.withResolvers<'news'>()
    const wake = () => news.resolve('news')
    if (this.#isStopped) wake()
    this.#add(key, wake)
    return {
      wait: (ms, signal) => waitFor(news.promise, ms, signal),
      [Symbol.dispose]: () => this.#remove(key, wake),
    }
  }

  #add(key: string, wake: () => void): void {
    const waiters = this.#waiters.get(key) ?? new Set()
    this.#waiters.set(key, waiters.add(wake))
    this.#count++
    this.#timer ??= setTimeout(this.#look, pollMs)
  }

  #remove(key: string, wake: () => void): void {
    const waiters = this.#waiters.get(key)
    if (!waiters?.delete(wake)) return
    this.#count--
    if (waiters.size === 0) this.#waiters.delete(key)
  }

  /** Many calls while rows are being read make one more reading. */
  readonly #look = async (): Promise<void> => {
    this.#isSignalled = true
    if (this.#isLooking) return
    this.#isLooking = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      while (this.#isSignalled) {
        this.#isSignalled = false
        await this.#readNew()
      }
    } catch (error) {
      // The database is away; the next look is by the clock.
      this.#app.log.warn({ err: error }, 'feed.unreadable')
    }
    this.#isLooking = false
    if (this.#count > 0) this.#timer ??= setTimeout(this.#look, this.#isBehind ? behindMs : pollMs)
  }

  async #readNew(): Promise<void> {
    if (this.#count === 0) {
      this.#seen = undefined
      return
    }
    const { store } = this.#app
    const horizon = await store.findHorizon()
    const all = { horizon: Number.MAX_SAFE_INTEGER }
    const newest = (await store.read.first(newestEvent, all))?.id ?? 0
    this.#isBehind = newest > horizon
    await this.#tell(Math.min(newest, horizon))
  }

  async #tell(horizon: number): Promise<void> {
    const after = this.#seen
    this.#seen = horizon
    if (after === undefined) return this.#wakeAll()
    const range = { after, horizon, limit: rowsMax }
    const rows = await this.#app.store.read.all(concernedBy, range)
    if (rows.length === rowsMax) return this.#wakeAll()
    if (rows.length > 0) this.#wake(keyOf({ type: 'all', id: 0 }))
    for (const { repository_id, owner_id } of rows) {
      this.#wake(keyOf({ type: 'repository', id: repository_id ?? 0 }))
      this.#wake(keyOf({ type: 'owner', id: owner_id }))
    }
  }

  #wake(key: string): void {
    for (const wake of this.#waiters.get(key) ?? []) wake()
  }

  #wakeAll(): void {
    for (const key of this.#waiters.keys()) this.#wake(key)
  }
}

const keyOf = ({ type, id }: Source) => `${type} ${id}`

function waitFor(news: Promise<'news'>, ms: number, signal?: AbortSignal) {
  return new Promise<'news' | 'nothing'>((resolve) => {
    const end = (outcome: 'news' | 'nothing') => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      resolve(outcome)
    }
    const giveUp = () => end('nothing')
    const timer = setTimeout(giveUp, ms)
    signal?.addEventListener('abort', giveUp)
    void news.then(end)
  })
}

const watches = new WeakMap<App['signals'], Watch>()

/** The one of this server; made when somebody first waits. */
export function watchOf(app: Watching): Watch {
  const watch = watches.get(app.signals) ?? new Watch(app)
  watches.set(app.signals, watch)
  return watch
}
