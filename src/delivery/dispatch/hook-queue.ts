import { decideShare, decideTurn, shareAtFirst } from './decide-turn.ts'
import type { Health, Lane, QueuedDelivery, Turn } from './model.ts'
import { Pace } from './pace.ts'

/** Deliveries that are sent one after another, oldest first. */
type Line = { readonly key: string; readonly lock: string; deliveries: QueuedDelivery[] }

/**
 * The pending deliveries of one hook, in memory. It knows what is in flight, so that no row need be
 * written to say so: one process at a time sends for a hook.
 */
export class HookQueue {
  readonly hookId: number
  readonly pace = new Pace()
  readonly #health: Health
  readonly #lines = new Map<string, Line>()
  #known = new Set<number>()
  readonly #flying = new Set<number>()
  readonly #locks = new Set<string>()
  /** Lines that something happened to. */
  readonly #stirred = new Set<Line>()
  /** Lines that have something to send, in turn, by what that is. */
  readonly #ready: Record<Lane, Set<Line>> = { live: new Set(), retry: new Set(), bulk: new Set() }
  /** Lines that have nothing to send before a time. */
  readonly #waiting = new Map<Line, number>()
  /** Lines that wait for a lock to be released. */
  readonly #blocked = new Map<string, Set<Line>>()
  /** No line has to be woken before this. */
  #wakeAt = Number.POSITIVE_INFINITY
  /** Until when the receiver is to be left alone, as of the last look: null for one that is not. */
  #restUntil: number | null = null
  #share = shareAtFirst

  constructor(hookId: number, health: Health) {
    this.hookId = hookId
    this.#health = health
  }

  /** Deliveries that are held in memory, in flight or not. */
  get size(): number {
    return this.#known.size
  }

  /** Deliveries in flight. */
  get flying(): number {
    return this.#flying.size
  }

  /** Whether none of these lanes has anything that could be sent, were there room. */
  lacks(lanes: readonly Lane[]): boolean {
    return this.#stirred.size === 0 && lanes.every((lane) => this.#ready[lane].size === 0)
  }

  /** It will have nothing to send before this time, unless something is added or released. */
  get wakeAt(): number {
    return this.#restUntil ?? this.#wakeAt
  }

  /** A known one is ignored. */
  add(delivery: QueuedDelivery): void {
    if (this.#known.has(delivery.id)) return
    this.#known.add(delivery.id)
    this.#put(delivery)
  }

  /** The next to send of this lane, which from now on is in flight. Null when there is none, or the hook must wait. */
  next(now: number, lane: Lane): Turn | null {
    if (this.#locks.size >= this.#limitAt(now)) return null
    this.#advance(now)
    for (const line of this.#stirred) this.#sort(line, now)
    this.#stirred.clear()
    for (const line of this.#ready[lane]) {
      this.#ready[lane].delete(line)
      const turn = this.#sort(line, now)
      if (turn?.delivery.lane !== lane) continue
      this.#ready[lane].delete(line)
      this.pace.take()
      this.#locks.add(line.lock)
      this.#flying.add(turn.delivery.id)
      return turn
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
    for (const line of this.#blocked.get(lock) ?? []) this.#stirred.add(line)
    this.#blocked.delete(lock)
    const line = this.#lines.get(keyOf(delivery))
    if (line) this.#stir(line)
  }

  /** Grants more or fewer requests at a time, by how the last one went. */
  adapt(status: number | null): void {
    this.#share = decideShare(this.#share, status)
  }

  /** What has failed holds its key until then. */
  renewHolds(until: number): void {
    for (const line of this.#lines.values()) {
      line.deliveries = line.deliveries.map((one) =>
        one.holdUntil === null ? one : { ...one, holdUntil: Math.max(one.holdUntil, until) },
      )
      this.#stir(line)
    }
  }

  /** How many may be in flight: none while the breaker is open, and then one as a probe; none where that were too fast. */
  #limitAt(now: number): number {
    const { breaker } = this.#health
    const until = Math.max(breaker.kind === 'open' ? breaker.until : now, this.pace.readyAt(now))
    this.#restUntil = until > now ? until : null
    if (until > now) return 0
    return breaker.kind === 'open' ? 1 : this.#share
  }

  /** Puts the line where it belongs. The turn, where there is one, is not yet taken. */
  #sort(line: Line, now: number): Turn | null {
    if (line.deliveries.length === 0) return null
    if (this.#locks.has(line.lock)) {
      const blocked = this.#blocked.get(line.lock) ?? new Set()
      this.#blocked.set(line.lock, blocked.add(line))
      return null
    }
    const passing = this.#health.breaker.kind === 'open' ? 'never' : 'after_hold'
    const decision = decideTurn(line.deliveries, now, passing)
    if (decision.kind === 'wait') {
      this.#waiting.set(line, decision.until)
      this.#wakeAt = Math.min(this.#wakeAt, decision.until)
      return null
    }
    this.#ready[decision.delivery.lane].add(line)
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
      this.#stir(line)
    }
  }

  #put(delivery: QueuedDelivery): void {
    const key = keyOf(delivery)
    const line = this.#lines.get(key) ?? { key, lock: lockOf(delivery), deliveries: [] }
    this.#lines.set(key, line)
    // Nearly always it is the newest.
    const before = line.deliveries.findLastIndex(({ id }) => id < delivery.id)
    line.deliveries.splice(before + 1, 0, delivery)
    this.#stir(line)
  }

  #stir(line: Line): void {
    this.#waiting.delete(line)
    for (const ready of Object.values(this.#ready)) ready.delete(line)
    this.#stirred.add(line)
  }

  #remove(delivery: QueuedDelivery): void {
    const line = this.#lines.get(keyOf(delivery))
    if (!line) return
    line.deliveries = line.deliveries.filter(({ id }) => id !== delivery.id)
    if (line.deliveries.length === 0) this.#drop(line)
  }

  #drop(line: Line): void {
    this.#lines.delete(line.key)
    this.#stir(line)
    this.#stirred.delete(line)
  }
}

const lockOf = ({ id, orderingKey }: QueuedDelivery) => orderingKey ?? `#${id}`
const keyOf = (delivery: QueuedDelivery) =>
  delivery.lane === 'bulk' ? `#${delivery.id}` : lockOf(delivery)
