import type { App } from '../../app.ts'
import type { Delivered } from '../deliveries/deliveries.ts'
import { type Breaker, type QueuedRow, queuedDeliveryOf } from '../deliveries/model.ts'
import { decideLanes } from './decide-lane.ts'
import { HookQueue } from './hook-queue.ts'
import type { Health, Lane, Taken } from './model.ts'
import { findNewest, findPendingAfter, findPendingOfHook, findStanding } from './queries.ts'
import { RoundRobin } from './round-robin.ts'

/** Deliveries of one hook that are read at a time. The rest stays in the store until there is room. */
const rowsOfHookMax = 256
/** Deliveries of one hook in memory, most of them waiting for their retry. */
const heldPerHookMax = 10_000
const rowsPerReadMax = 1000
/** So many of the last are read again: where several connections write, ids become visible out of order. */
const overlapIds = 64
/** A hook that had nothing to send for so long is forgotten. */
const idleMs = 60_000

/** How far the rows of a hook were read. */
type Window = {
  readonly bulk: 0 | 1
  readonly lanes: readonly Lane[]
  /** The newest delivery that was read. */
  newestId: number
  /** Whether the store has more than was read. */
  hasMore: boolean
}

type Held = {
  readonly queue: HookQueue
  readonly health: Health
  readonly ownerId: number
  /** The number under which the hook was held when its rows were read; null when they have to be read anew. */
  epoch: number | null
  readonly windows: readonly [usual: Window, bulk: Window]
  isFailing: boolean
  busyAt: number
}

/** All pending deliveries of the hooks that this process sends for, as far as memory allows. */
export class Backlog {
  readonly #store: App['store']
  readonly #slots: () => number
  readonly #hooks = new Map<number, Held>()
  /** Hooks that may have something to send, in turn, by lane. */
  readonly #turns: Record<Lane, RoundRobin<Held>> = {
    live: new RoundRobin(),
    retry: new RoundRobin(),
    bulk: new RoundRobin(),
  }
  readonly #inFlight: Record<Lane, number> = { live: 0, retry: 0, bulk: 0 }
  /** Requests in flight to receivers that are failing. */
  #failing = 0
  /** Failing hooks that wait because there are too many such requests. */
  readonly #refused = new Set<Held>()
  /** Hooks of which more should be read. */
  readonly #hungry = new Set<Held>()
  #newestId: number | null = null
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(store: App['store'], slots: () => number) {
    this.#store = store
    this.#slots = slots
  }

  /** Nothing becomes due by itself before this time. */
  get wakeAt(): number {
    return this.#hungry.size > 0 ? 0 : this.#wakeAt
  }

  /** Reads one hook's deliveries anew: it is new here, or somebody changed them. What is in flight stays as it is. */
  async readHook(hookId: number, epoch: number): Promise<void> {
    // Before the hook, or what is written while others are read would be behind the newest.
    await this.#findNewest()
    const held = await this.#findHeld(hookId)
    held.queue.clear()
    held.epoch = null
    for (const window of held.windows) {
      window.newestId = 0
      await this.#fill(held, window)
    }
    held.epoch = epoch
    this.#offer(held)
  }

  /** Reads what was written since the last time; gives the hooks of it that are not known here. */
  async readNew(): Promise<ReadonlySet<number>> {
    let newestId = await this.#findNewest()
    const strangers = new Set<number>()
    for (let from = Math.max(0, newestId - overlapIds); ; from = newestId) {
      const limits = { id: from, limit: rowsPerReadMax }
      const rows = await this.#store.readOnce.all(findPendingAfter, limits)
      for (const row of rows) if (!this.#accept(row)) strangers.add(row.hook_id)
      newestId = Math.max(newestId, rows.at(-1)?.id ?? 0)
      this.#newestId = newestId
      if (rows.length < rowsPerReadMax) return strangers
    }
  }

  /** Reads on where there is room again. */
  async readMore(): Promise<void> {
    for (const held of this.#hungry) {
      this.#hungry.delete(held)
      for (const window of held.windows) {
        if (isHungry(held, window)) await this.#fill(held, window)
      }
    }
  }

  /** The next to send, in flight from now on. */
  next(now: number): Taken | null {
    this.#advance(now)
    for (const lane of decideLanes(this.#inFlight)) {
      const taken = this.#turns[lane].take((held) => this.#take(held, lane, now))
      if (taken) return taken
    }
    return null
  }

  /** The delivery is not in flight any more. */
  release({ turn, epoch }: Taken, delivered: Delivered, now: number): void {
    const { delivery } = turn
    this.#inFlight[delivery.lane] -= 1
    const held = this.#hooks.get(delivery.hookId)
    if (!held) return
    const { queue } = held
    if (held.isFailing) this.#failing -= 1
    queue.release(delivery, 'again' in delivered ? delivered.again : null)
    if (delivered.kind === 'attempted') {
      queue.adapt(delivered.status)
      if (delivered.holdUntil !== null) queue.renewHolds(delivered.holdUntil)
    }
    if (delivered.kind === 'not_ours' && held.epoch === epoch) this.#drop(held)
    this.#judge(held)
    held.busyAt = now
    this.#offer(held)
    for (const one of this.#refused) this.#offer(one)
    this.#refused.clear()
  }

  /** Forgets the hooks that had nothing to send for a while; gives their ids. */
  forgetIdle(now: number): readonly number[] {
    const idle = [...this.#hooks.values()].filter(
      ({ queue, busyAt }) => queue.size === 0 && busyAt < now - idleMs,
    )
    for (const { queue } of idle) this.#hooks.delete(queue.hookId)
    return idle.map(({ queue }) => queue.hookId)
  }

  async #findNewest(): Promise<number> {
    this.#newestId ??= (await this.#store.readOnce.first(findNewest, {}))?.id ?? 0
    return this.#newestId
  }

  async #findHeld(hookId: number): Promise<Held> {
    const standing = await this.#store.readOnce.first(findStanding, { hook_id: hookId })
    const breaker = breakerOf(standing)
    const known = this.#hooks.get(hookId)
    if (known) {
      known.health.breaker = breaker
      known.queue.pace.set(standing?.rate_per_second ?? null)
      known.health.lastResponse = undefined
      this.#judge(known)
      return known
    }
    const health = { breaker }
    const held: Held = {
      queue: new HookQueue(hookId, health),
      health,
      ownerId: standing?.owner_id ?? 0,
      epoch: null,
      windows: [
        { bulk: 0, lanes: ['live', 'retry'], newestId: 0, hasMore: false },
        { bulk: 1, lanes: ['bulk'], newestId: 0, hasMore: false },
      ],
      isFailing: isFailing(breaker),
      busyAt: 0,
    }
    held.queue.pace.set(standing?.rate_per_second ?? null)
    this.#hooks.set(hookId, held)
    return held
  }

  #take(held: Held, lane: Lane, now: number): Taken | null {
    const { epoch } = held
    if (epoch === null) return null
    if (held.isFailing && this.#failing >= this.#slots() / 2) {
      this.#refused.add(held)
      return null
    }
    const turn = held.queue.next(now, lane)
    if (!turn) {
      this.#wakeAt = Math.min(this.#wakeAt, held.queue.wakeAt)
      if (held.windows.some((window) => isHungry(held, window))) this.#hungry.add(held)
      return null
    }
    this.#inFlight[lane] += 1
    if (held.isFailing) this.#failing += 1
    return { turn, epoch, health: held.health }
  }

  /** Requests in flight count as failing as soon as their receiver does. */
  #judge(held: Held): void {
    const now = isFailing(held.health.breaker)
    if (now && !held.isFailing) this.#failing += held.queue.flying
    if (!now && held.isFailing) this.#failing -= held.queue.flying
    held.isFailing = now
  }

  #offer(held: Held): void {
    for (const turns of Object.values(this.#turns)) turns.add(held.ownerId, held)
  }

  async #fill(held: Held, window: Window): Promise<void> {
    const { bulk, newestId: id } = window
    const page = { hook_id: held.queue.hookId, id, limit: rowsOfHookMax, bulk }
    const rows = await this.#store.readOnce.all(findPendingOfHook, page)
    window.hasMore = rows.length === rowsOfHookMax
    for (const row of rows) add(held, window, row)
    this.#offer(held)
  }

  /** False for a hook that is not known here. One whose rows were not read to their end gets the new one in its turn. */
  #accept(row: QueuedRow): boolean {
    const held = this.#hooks.get(row.hook_id)
    if (!held || held.epoch === null) return false
    const window = held.windows[row.lane === 'bulk' ? 1 : 0]
    if (window.hasMore && row.id > window.newestId) return true
    if (hasRoom(held, window)) add(held, window, row)
    else window.hasMore = true
    this.#offer(held)
    return true
  }

  /** Another process sends for the hook. What is in flight stays known, lest it be sent twice at a time. */
  #drop(held: Held): void {
    held.queue.clear()
    held.epoch = null
    for (const window of held.windows) window.hasMore = false
    if (held.queue.size === 0) this.#hooks.delete(held.queue.hookId)
  }

  #advance(now: number): void {
    if (now < this.#wakeAt) return
    this.#wakeAt = Number.POSITIVE_INFINITY
    for (const held of this.#hooks.values()) {
      if (held.queue.wakeAt <= now) this.#offer(held)
      else this.#wakeAt = Math.min(this.#wakeAt, held.queue.wakeAt)
    }
  }
}

/** Deliveries that wait for their retry must not keep those behind them in the store. */
const isShort = ({ queue }: Held, { lanes }: Window) =>
  queue.size < heldPerHookMax && queue.lacks(lanes)

const isHungry = (held: Held, window: Window) => window.hasMore && isShort(held, window)

/** A receiver that hangs must not have all that happens meanwhile in memory. */
const hasRoom = (held: Held, window: Window) =>
  held.queue.size < rowsOfHookMax || isShort(held, window)

function add({ queue }: Held, window: Window, row: QueuedRow): void {
  queue.add(queuedDeliveryOf(row))
  window.newestId = Math.max(window.newestId, row.id)
}

type Standing = {
  readonly consecutive_failures: number
  readonly breaker_until: string | null
  readonly breaker_openings: number
}

function breakerOf(standing: Standing | undefined): Breaker {
  const { consecutive_failures: failures, breaker_until, breaker_openings } = standing ?? unknown
  if (breaker_until === null) {
    return { kind: 'closed', failures, recent: { since: 0, attempts: 0, failures: 0 } }
  }
  return { kind: 'open', until: Date.parse(breaker_until), openings: breaker_openings }
}

const unknown: Standing = { consecutive_failures: 0, breaker_until: null, breaker_openings: 0 }

const isFailing = (breaker: Breaker) => breaker.kind === 'open' || breaker.failures > 0
