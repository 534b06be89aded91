import type { App } from '../app.ts'
import { HookQueue } from './hook-queue.ts'
import type { QueuedDelivery, Turn } from './model.ts'
import {
  findNewest,
  findPendingAfter,
  findPendingHooks,
  findPendingOfHook,
  type QueuedRow,
} from './queries.ts'
import { queuedDeliveryOf } from './record-attempt.ts'

/** Deliveries of one hook that are held in memory. The rest stays in the store until there is room. */
const heldPerHookMax = 1000
const rowsPerReadMax = 1000
/** Ids may become visible out of order where several connections write; so many of the last are read again. */
const overlapIds = 64

type Held = {
  readonly queue: HookQueue
  /** The newest delivery of the hook that was read. */
  newestId: number
  /** Whether the store has more of this hook than was read. */
  hasMore: boolean
}

/** All pending deliveries, as far as memory allows; hooks take turns. */
export class Backlog {
  readonly #store: App['store']
  readonly #hooks = new Map<number, Held>()
  /** Hooks that may have something to send, in turn. */
  readonly #turns = new Set<Held>()
  #newestId = 0
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(store: App['store']) {
    this.#store = store
  }

  /** Nothing becomes due by itself before this time. */
  get wakeAt(): number {
    return this.#wakeAt
  }

  /** Reads whatever is pending. Safe to repeat: what is known stays as it is. */
  async readAll(): Promise<void> {
    const newest = await this.#store.read.first(findNewest, {})
    this.#newestId = Math.max(this.#newestId, newest?.id ?? 0)
    const hooks = await this.#store.read.all(findPendingHooks, {})
    for (const { hook_id } of hooks) await this.#fill(this.#heldOf(hook_id), 0)
  }

  /** Reads what was written since the last time. */
  async readNew(): Promise<void> {
    for (let from = Math.max(0, this.#newestId - overlapIds); ; from = this.#newestId) {
      const limits = { id: from, limit: rowsPerReadMax }
      const rows = await this.#store.read.all(findPendingAfter, limits)
      for (const row of rows) this.#accept(row)
      this.#newestId = Math.max(this.#newestId, rows.at(-1)?.id ?? 0)
      if (rows.length < rowsPerReadMax) return
    }
  }

  /** Reads one hook's deliveries anew, after somebody changed them. */
  async readHook(hookId: number): Promise<void> {
    const held = this.#heldOf(hookId)
    held.queue.clear()
    held.newestId = 0
    await this.#fill(held, 0)
  }

  /** The next to send, in flight from now on. */
  next(now: number): Turn | null {
    this.#advance(now)
    for (const held of this.#turns) {
      this.#turns.delete(held)
      const turn = held.queue.next(now)
      if (turn) {
        this.#turns.add(held)
        return turn
      }
      this.#wakeAt = Math.min(this.#wakeAt, held.queue.wakeAt)
    }
    return null
  }

  /** The delivery is not in flight any more. `status` is the receiver's, undefined if nothing was sent. */
  async release(
    delivery: QueuedDelivery,
    again: QueuedDelivery | null,
    status: number | null | undefined,
  ): Promise<void> {
    const held = this.#heldOf(delivery.hookId)
    held.queue.release(delivery, again)
    if (status !== undefined) held.queue.adapt(status)
    this.#turns.add(held)
    if (held.hasMore && held.queue.size < heldPerHookMax / 2) await this.#fill(held, held.newestId)
  }

  #heldOf(hookId: number): Held {
    const held = this.#hooks.get(hookId) ?? {
      queue: new HookQueue(hookId),
      newestId: 0,
      hasMore: false,
    }
    this.#hooks.set(hookId, held)
    return held
  }

  async #fill(held: Held, id: number): Promise<void> {
    const limits = { hook_id: held.queue.hookId, id, limit: heldPerHookMax }
    const rows = await this.#store.read.all(findPendingOfHook, limits)
    held.hasMore = rows.length === heldPerHookMax
    for (const row of rows) this.#add(held, row)
  }

  /** A hook whose queue is not read to its end gets the new one in its turn. */
  #accept(row: QueuedRow): void {
    const held = this.#heldOf(row.hook_id)
    if (held.hasMore && row.id > held.newestId) return
    if (held.queue.size < heldPerHookMax) this.#add(held, row)
    else held.hasMore = true
  }

  #add(held: Held, row: QueuedRow): void {
    held.queue.add(queuedDeliveryOf(row))
    held.newestId = Math.max(held.newestId, row.id)
    this.#turns.add(held)
  }

  #advance(now: number): void {
    if (now < this.#wakeAt) return
    this.#wakeAt = Number.POSITIVE_INFINITY
    for (const held of this.#hooks.values()) {
      if (held.queue.wakeAt <= now) this.#turns.add(held)
      else this.#wakeAt = Math.min(this.#wakeAt, held.queue.wakeAt)
    }
  }
}
