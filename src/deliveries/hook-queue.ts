import { decideShare, decideTurn, shareAtFirst } from './decide-turn.ts'
import type { QueuedDelivery, Turn } from './model.ts'

/** Deliveries that are sent one after another, oldest first. */
type Line = { readonly key: string; readonly lock: string; deliveries: QueuedDelivery[] }

/**
 * The pending deliveries of one hook, in memory. It knows what is in flight, so
 * that no row need be written to say so: one process holds the store.
 */
export class HookQueue {
  readonly hookId: number
  readonly #lines = new Map<string, Line>()
  #known = new Set<number>()
  readonly #flying = new Set<number>()
  readonly #locks = new Set<string>()
  /** Lines that may have something to send, in turn. */
  readonly #ready = new Set<Line>()
  /** Lines that have nothing to send before a time. */
  readonly #waiting = new Map<Line, number>()
  /** Lines that wait for a lock to be released. */
  readonly #blocked = new Map<string, Set<Line>>()
  /** No line has to be woken before this. */
  #wakeAt = Number.POSITIVE_INFINITY
  #share = shareAtFirst

  constructor(hookId: number) {
    this.hookId = hookId
  }

  /** Deliveries that are held in memory, in flight or not. */
  get size(): number {
    return this.#known.size
  }

  /** It will have nothing to send before this time, unless something is added or released. */
  get wakeAt(): number {
    return this.#wakeAt
  }

  /** Deliveries must be added in the order of their ids; a known one is ignored. */
  add(delivery: QueuedDelivery): void {
    if (this.#known.has(delivery.id)) return
    this.#known.add(delivery.id)
    this.#put(delivery)
  }

  /** The next to send, which from now on is in flight. Null when there is none, or the hook's share is used up. */
  next(now: number): Turn | null {
    this.#advance(now)
    if (this.#locks.size >= this.#share) return null
    for (const line of this.#ready) {
      this.#ready.delete(line)
      const turn = this.#turnOf(line, now)
      if (turn) return turn
    }
    return null
  }

  /** Forgets all but what is in flight, for the rows to be read again. */
  clear(): void {
    this.#known = new Set(this.#flying)
    for (const line of this.#lines.values()) {
      line.deliveries = line.deliveries.filter(({ id }) => this.#flying.has(id))
      if (line.deliveries.length === 0) this.#drop(line)
    }
  }

  /** The delivery is not in flight any more: it is done with, or waits as `again` says. */
  release(delivery: QueuedDelivery, again: QueuedDelivery | null): void {
    const lock = lockOf(delivery)
    this.#locks.delete(lock)
    this.#flying.delete(delivery.id)
    this.#remove(delivery)
    if (again) this.#put(again)
    else this.#known.delete(delivery.id)
    for (const line of this.#blocked.get(lock) ?? []) this.#ready.add(line)
    this.#blocked.delete(lock)
    const line = this.#lines.get(keyOf(delivery))
    if (line) this.#ready.add(line)
  }

  /** Grants more or fewer requests at a time, by how the last one went. */
  adapt(status: number | null): void {
    this.#share = decideShare(this.#share, status)
  }

  #turnOf(line: Line, now: number): Turn | null {
    if (line.deliveries.length === 0) return null
    if (this.#locks.has(line.lock)) {
      const blocked = this.#blocked.get(line.lock) ?? new Set()
      this.#blocked.set(line.lock, blocked.add(line))
      return null
    }
    const decision = decideTurn(line.deliveries, now)
    if (decision.kind === 'wait') {
      this.#waiting.set(line, decision.until)
      this.#wakeAt = Math.min(this.#wakeAt, decision.until)
      return null
    }
    this.#locks.add(line.lock)
    this.#flying.add(decision.delivery.id)
    return decision
  }

  #advance(now: number): void {
    if (now < this.#wakeAt) return
    this.#wakeAt = Number.POSITIVE_INFINITY
    for (const [line, until] of this.#waiting) {
      if (until > now) {
        this.#wakeAt = Math.min(this.#wakeAt, until)
        continue
      }
      this.#waiting.delete(line)
      this.#ready.add(line)
    }
  }

  #put(delivery: QueuedDelivery): void {
    const key = keyOf(delivery)
    const line = this.#lines.get(key) ?? { key, lock: lockOf(delivery), deliveries: [] }
    this.#lines.set(key, line)
    const later = line.deliveries.findIndex(({ id }) => id > delivery.id)
    line.deliveries.splice(later < 0 ? line.deliveries.length : later, 0, delivery)
    this.#waiting.delete(line)
    this.#ready.add(line)
  }

  #remove(delivery: QueuedDelivery): void {
    const line = this.#lines.get(keyOf(delivery))
    if (!line) return
    line.deliveries = line.deliveries.filter(({ id }) => id !== delivery.id)
    if (line.deliveries.length === 0) this.#drop(line)
  }

  #drop(line: Line): void {
    this.#lines.delete(line.key)
    this.#ready.delete(line)
    this.#waiting.delete(line)
  }
}

const lockOf = ({ id, orderingKey }: QueuedDelivery) => orderingKey ?? `#${id}`
const keyOf = (delivery: QueuedDelivery) =>
  delivery.isReplay ? `#${delivery.id}` : lockOf(delivery)
