import type { App } from '../app.ts'
import type { Delivered } from '../deliveries/deliveries.ts'
import { type Breaker, type QueuedRow, queuedDeliveryOf } from '../deliveries/model.ts'
import { decideLanes } from './decide-lane.ts'
import { HookQueue } from './hook-queue.ts'
import type { Health, Lane, QueuedDelivery, Taken } from './model.ts'
import { findNewest, findPendingAfter, findPendingOfHook, findStanding } from './queries.ts'
import { RoundRobin } from './round-robin.ts'

/** Deliveries of one hook that are read at a time. The rest stays in the store until there is room. */
const rowsOfHookMax = 256
/** Deliveries of one hook in memory, most of them waiting for their retry. */
const heldPerHookMax = 10_000
const rowsPerReadMax = 1000
/** Ids may become visible out of order where several connections write; so many of the last are read again. */
const overlapIds = 64
/** A hook that had nothing to send for so long is forgotten. */
const idleMs = 60_000

type Held = {
  readonly queue: HookQueue
  readonly health: Health
  readonly ownerId: number
  /** The newest delivery of the hook that was read. */
  newestId: number
  /** Whether the store has more of this hook than was read. */
  hasMore: boolean
  isFailing: boolean
  busyAt: number
}

/** All pending deliveries of the hooks that this process sends for, as far as memory allows. */
export class Backlog {
  readonly #store: App['store']
  readonly #slots: number
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

  constructor(store: App['store'], slots: number) {
    this.#store = store
    this.#slots = slots
  }

  /** Nothing becomes due by itself before this time. */
  get wakeAt(): number {
    return this.#hungry.size > 0 ? 0 : this.#wakeAt
  }

  /** Reads one hook's deliveries anew: it is new here, or somebody changed them. What is in flight stays as it is. */
  async readHook(hookId: number): Promise<void> {
    const held = await this.#findHeld(hookId)
    held.queue.clear()
    held.newestId = 0
    await this.#fill(held)
  }

  /** Reads what was written since the last time; gives the hooks of it that are not known here. */
  async readNew(): Promise<ReadonlySet<number>> {
    this.#newestId ??= (await this.#store.read.first(findNewest, {}))?.id ?? 0
    const strangers = new Set<number>()
    for (let from = Math.max(0, this.#newestId - overlapIds); ; from = this.#newestId) {
      const limits = { id: from, limit: rowsPerReadMax }
      const rows = await this.#store.read.all(findPendingAfter, limits)
      for (const row of rows) if (!this.#accept(row)) strangers.add(row.hook_id)
      this.#newestId = Math.max(this.#newestId, rows.at(-1)?.id ?? 0)
      if (rows.length < rowsPerReadMax) return strangers
    }
  }

  /** Reads on where there is room again. */
  async readMore(): Promise<void> {
    for (const held of this.#hungry) {
      this.#hungry.delete(held)
      await this.#fill(held)
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
  release(delivery: QueuedDelivery, delivered: Delivered, now: number): void {
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
    if (delivered.kind === 'not_ours') this.#drop(held)
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

  async #findHeld(hookId: number): Promise<Held> {
    const standing = await this.#store.read.first(findStanding, { hook_id: hookId })
    const breaker = breakerOf(standing)
    const known = this.#hooks.get(hookId)
    if (known) {
      known.health.breaker = breaker
      this.#judge(known)
      return known
    }
    const health = { breaker }
    const held: Held = {
      queue: new HookQueue(hookId, health),
      health,
      ownerId: standing?.owner_id ?? 0,
      newestId: 0,
      hasMore: false,
      isFailing: isFailing(breaker),
      busyAt: 0,
    }
    this.#hooks.set(hookId, held)
    return held
  }

  #take(held: Held, lane: Lane, now: number): Taken | null {
    if (held.isFailing && this.#failing >= this.#slots / 2) {
      this.#refused.add(held)
      return null
    }
    const turn = held.queue.next(now, lane)
    if (!turn) {
      this.#wakeAt = Math.min(this.#wakeAt, held.queue.wakeAt)
      this.#feed(held)
      return null
    }
    this.#inFlight[lane] += 1
    if (held.isFailing) this.#failing += 1
    return { turn, health: held.health }
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

  /** Deliveries that wait for their retry must not keep those behind them in the store. */
  #feed(held: Held): void {
    const { queue, hasMore } = held
    if (!hasMore || queue.size >= heldPerHookMax) return
    if (queue.sendable < rowsOfHookMax / 2) this.#hungry.add(held)
  }

  async #fill(held: Held): Promise<void> {
    const limits = { hook_id: held.queue.hookId, id: held.newestId, limit: rowsOfHookMax }
    const rows = await this.#store.read.all(findPendingOfHook, limits)
    held.hasMore = rows.length === rowsOfHookMax
    for (const row of rows) this.#add(held, row)
    this.#offer(held)
  }

  /** False for a hook that is not known here. One whose rows were not read to their end gets the new one in its turn. */
  #accept(row: QueuedRow): boolean {
    const held = this.#hooks.get(row.hook_id)
    if (!held) return false
    if (held.hasMore && row.id > held.newestId) return true
    if (held.queue.size < heldPerHookMax) this.#add(held, row)
    else held.hasMore = true
    this.#offer(held)
    return true
  }

  #add(held: Held, row: QueuedRow): void {
    held.queue.add(queuedDeliveryOf(row))
    held.newestId = Math.max(held.newestId, row.id)
  }

  /** Another process sends for the hook. What is in flight stays known, lest it be sent twice at a time. */
  #drop(held: Held): void {
    held.queue.clear()
    held.hasMore = false
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
