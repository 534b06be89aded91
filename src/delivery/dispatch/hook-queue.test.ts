import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HookQueue } from './hook-queue.ts'
import { type Health, lanes, type QueuedDelivery, type Turn } from './model.ts'

const delivery = (id: number, changes: Partial<QueuedDelivery> = {}): QueuedDelivery => ({
  id,
  hookId: 1,
  orderingKey: null,
  nextAt: 0,
  holdUntil: null,
  lane: 'live',
  ...changes,
})
const keyed = (id: number, changes: Partial<QueuedDelivery> = {}) =>
  delivery(id, { orderingKey: 'a', ...changes })

const well = (): Health => ({
  breaker: { kind: 'closed', failures: 0, recent: { since: 0, attempts: 0, failures: 0 } },
})
const queueOf = (...deliveries: QueuedDelivery[]) => queueWith(well(), ...deliveries)

function queueWith(health: Health, ...deliveries: QueuedDelivery[]): HookQueue {
  const queue = new HookQueue(1, health)
  for (const one of deliveries) queue.add(one)
  return queue
}
function next(queue: HookQueue, now: number): Turn | null {
  for (const lane of lanes.toReversed()) {
    const turn = queue.next(now, lane)
    if (turn) return turn
  }
  return null
}
/** Takes all that may be sent at this time. */
function taken(queue: HookQueue, now: number): number[] {
  const turn = next(queue, now)
  return turn ? [turn.delivery.id, ...taken(queue, now)] : []
}

describe("a hook's queue", () => {
  it('sends deliveries without a key side by side, up to its share', () => {
    const many = Array.from({ length: 20 }, (_, n) => delivery(n + 1))
    expect(taken(queueOf(...many), 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('takes turns among keys', () => {
    const queue = queueOf(keyed(1), keyed(2), keyed(3), keyed(4, { orderingKey: 'b' }), delivery(5))
    expect(taken(queue, 0)).toEqual([1, 4, 5])
    queue.release(keyed(1), null)
    expect(taken(queue, 0)).toEqual([2])
  })

  it('holds a key until its failed delivery may be overtaken', () => {
    const queue = queueOf(keyed(1), keyed(2))
    expect(taken(queue, 0)).toEqual([1])
    queue.release(keyed(1), keyed(1, { nextAt: 500, holdUntil: 100 }))
    expect(taken(queue, 50)).toEqual([])
    expect(queue.wakeAt).toBe(100)
    expect(next(queue, 100)).toMatchObject({ delivery: { id: 2 }, overtaken: [1] })
  })

  it('does not let another key wait for a failed one', () => {
    const queue = queueOf(keyed(1), keyed(2, { orderingKey: 'b' }))
    taken(queue, 0)
    queue.release(keyed(1), keyed(1, { nextAt: 500, holdUntil: 100 }))
    queue.release(keyed(2, { orderingKey: 'b' }), null)
    queue.add(keyed(3, { orderingKey: 'b' }))
    expect(taken(queue, 1)).toEqual([3])
  })

  it('ignores what it knows already', () => {
    const queue = queueOf(delivery(1), delivery(1))
    expect(taken(queue, 0)).toEqual([1])
    queue.add(delivery(1))
    expect(taken(queue, 0)).toEqual([])
    queue.release(delivery(1), null)
    expect(queue.size).toBe(0)
  })

  it('sends a replay beside no delivery of its key, and lets it hold up none', () => {
    const replay = keyed(1, { lane: 'bulk' })
    const queue = queueOf(replay, keyed(7), keyed(8))
    expect(taken(queue, 0)).toEqual([1])
    queue.release(replay, { ...replay, nextAt: 900, holdUntil: 800 })
    expect(taken(queue, 0)).toEqual([7])
    expect(taken(queue, 900)).toEqual([])
    queue.release(keyed(7), null)
    expect(taken(queue, 900)).toEqual([1])
  })

  it('gives what is asked for of each lane', () => {
    const queue = queueOf(
      keyed(1, { lane: 'retry' }),
      keyed(2),
      delivery(3),
      delivery(4, { lane: 'bulk' }),
    )
    const idOf = (turn: Turn | null) => turn?.delivery.id
    expect(lanes.map((lane) => idOf(queue.next(0, lane)))).toEqual([3, 1, 4])
    queue.release(keyed(1, { lane: 'retry' }), null)
    expect([idOf(queue.next(0, 'retry')), idOf(queue.next(0, 'live'))]).toEqual([undefined, 2])
  })

  it('sends nothing while the breaker is open, and then one at a time', () => {
    const health: Health = { breaker: { kind: 'open', until: 100, openings: 1 } }
    const queue = queueWith(health, keyed(1), keyed(2, { orderingKey: 'b' }))
    expect(taken(queue, 99)).toEqual([])
    expect(queue.wakeAt).toBe(100)
    expect(taken(queue, 100)).toEqual([1])
    queue.release(keyed(1), null)
    health.breaker = well().breaker
    expect(taken(queue, 101)).toEqual([2])
  })

  it('lets nothing pass a failed delivery while the breaker is open', () => {
    const health: Health = { breaker: { kind: 'open', until: 100, openings: 1 } }
    const failed = keyed(1, { nextAt: 500, holdUntil: 50 })
    const queue = queueWith(health, failed, keyed(2))
    expect(taken(queue, 200)).toEqual([])
    expect(taken(queue, 500)).toEqual([1])
    queue.release(failed, { ...failed, nextAt: 900 })
    health.breaker = well().breaker
    queue.renewHolds(700)
    expect(taken(queue, 600)).toEqual([])
    expect(taken(queue, 700)).toEqual([2])
  })

  it('knows which lanes have nothing that could be sent', () => {
    const queue = queueOf(keyed(1, { nextAt: 9, holdUntil: 9 }), delivery(2, { lane: 'bulk' }))
    expect(queue.lacks(['live'])).toBe(false)
    expect(queue.next(0, 'live')).toBe(null)
    expect([queue.lacks(['live', 'retry']), queue.lacks(['bulk'])]).toEqual([true, false])
  })

  it('never has two of a key in flight, and sends each key in order, whatever happens', () => {
    const outcome = fc.record({ fails: fc.boolean(), pick: fc.nat(), laps: fc.nat({ max: 200 }) })
    const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 25 })
    fc.assert(fc.property(keys, fc.infiniteStream(outcome), followed), { numRuns: 300 })
  })
})

type Step = { readonly fails: boolean; readonly pick: number; readonly laps: number }

/** Plays a queue to its end: failures wait 100 and never let go of their key. */
function followed(keys: readonly string[], steps: Iterable<Step>): void {
  const queue = queueOf(...keys.map((orderingKey, n) => keyed(n + 1, { orderingKey })))
  const finished: QueuedDelivery[] = []
  const flying: QueuedDelivery[] = []
  let now = 0
  let failures = 0
  for (const { fails, pick, laps } of steps) {
    takeAll(queue, now, flying)
    if (queue.size === 0) break
    now += laps
    const [one] = flying.splice(pick % Math.max(flying.length, 1), 1)
    if (!one) continue
    const again = fails && failures++ < 500 ? { ...one, nextAt: now + 100, holdUntil: 1e9 } : null
    queue.release(one, again)
    if (!again) finished.push(one)
  }
  expect(finished.length).toBe(keys.length)
  for (const key of new Set(keys)) {
    const ids = finished.filter(({ orderingKey }) => orderingKey === key).map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  }
}

function takeAll(queue: HookQueue, now: number, flying: QueuedDelivery[]): void {
  for (let turn = next(queue, now); turn; turn = next(queue, now)) flying.push(turn.delivery)
  const inFlight = flying.map(({ orderingKey }) => orderingKey)
  expect(new Set(inFlight).size).toBe(inFlight.length)
}
