import { describe, expect, it } from 'vitest'
import { decideShare, decideTurn, shareAtFirst } from './decide-turn.ts'
import type { QueuedDelivery } from './model.ts'

const now = 1000
const delivery = (id: number, changes: Partial<QueuedDelivery> = {}): QueuedDelivery => ({
  id,
  hookId: 1,
  orderingKey: 'deployment:1',
  nextAt: 0,
  holdUntil: null,
  lane: 'live',
  ...changes,
})
const sent = (line: QueuedDelivery[]) => {
  const decision = decideTurn(line, now)
  return decision.kind === 'send' ? [decision.delivery.id, decision.overtaken] : decision.until
}

describe('of the deliveries of one key', () => {
  it('the oldest is sent first', () => {
    expect(sent([delivery(1), delivery(2)])).toEqual([1, []])
  })

  it('a later one waits while the oldest waits for its retry', () => {
    const failed = delivery(1, { nextAt: 5000, holdUntil: 3000 })
    expect(sent([failed, delivery(2)])).toBe(3000)
  })

  it('a later one is sent once the oldest has held it for long enough', () => {
    const failed = delivery(1, { nextAt: 5000, holdUntil: 1000 })
    expect(sent([failed, delivery(2)])).toEqual([2, [1]])
  })

  it('the oldest goes first again when its retry is due', () => {
    const failed = delivery(1, { nextAt: 1000, holdUntil: 500 })
    expect(sent([failed, delivery(2)])).toEqual([1, []])
  })

  it('each one that fails holds those after it', () => {
    const first = delivery(1, { nextAt: 9000, holdUntil: 500 })
    const second = delivery(2, { nextAt: 5000, holdUntil: 4000 })
    expect(sent([first, second, delivery(3)])).toBe(4000)
  })

  it('the next retry is waited for when all have failed', () => {
    const line = [
      delivery(1, { nextAt: 9000, holdUntil: 1 }),
      delivery(2, { nextAt: 8000, holdUntil: 1 }),
    ]
    expect(sent(line)).toBe(8000)
    expect(sent([])).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the share of a hook', () => {
  const shareAfter = (...statuses: (number | null)[]) => statuses.reduce(decideShare, shareAtFirst)

  it('grows by one with each success, up to 32', () => {
    expect(shareAfter(200, 204)).toBe(10)
    expect(shareAfter(...Array(100).fill(200))).toBe(32)
  })

  it.each([null, 429, 500, 503])('is halved by %s, down to 1', (status) => {
    expect(shareAfter(status)).toBe(4)
    expect(shareAfter(...Array(9).fill(status))).toBe(1)
  })

  it('is left alone by a refusal', () => {
    expect(shareAfter(301, 400, 404, 410)).toBe(shareAtFirst)
  })
})
