import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttemptFacts, decideAttempt, scheduleMs } from './decide-attempt.ts'

const now = new Date('2026-01-01T00:00:00Z')
const hourMs = 3_600_000

const facts = (changes: Partial<AttemptFacts>): AttemptFacts => ({
  status: 500,
  retryAfter: null,
  attempts: 1,
  now,
  random: 0,
  ...changes,
})
/** How long a decision waits, in milliseconds. */
function waitOf(changes: Partial<AttemptFacts>): number {
  const decision = decideAttempt(facts(changes))
  return decision.kind === 'retry' ? decision.at.getTime() - now.getTime() : Number.NaN
}

describe('after an attempt', () => {
  it.each([200, 201, 204, 299])('%i is delivered', (status) => {
    expect(decideAttempt(facts({ status }))).toEqual({ kind: 'delivered' })
  })

  it.each([300, 301, 304, 307, 400, 401, 404, 413, 429, 500, 503, 999])(
    '%i is tried again',
    (status) => {
      expect(decideAttempt(facts({ status })).kind).toBe('retry')
    },
  )

  it('no answer is tried again', () => {
    expect(decideAttempt(facts({ status: null })).kind).toBe('retry')
  })

  it('P3: 410 ends the delivery and the hook, at whatever attempt', () => {
    for (const attempts of [1, 12]) {
      expect(decideAttempt(facts({ status: 410, attempts })).kind).toBe('gone')
    }
  })

  it('the twelfth failure is the last', () => {
    expect(decideAttempt(facts({ attempts: 11 })).kind).toBe('retry')
    expect(decideAttempt(facts({ attempts: 12 })).kind).toBe('exhausted')
  })
})

describe('the wait before the next attempt', () => {
  it('grows from five seconds to a day, in all about 75 hours', () => {
    expect(waitOf({ attempts: 1 })).toBe(5_000)
    expect(waitOf({ attempts: 11, random: 1 })).toBe(24 * hourMs)
    expect(Math.floor(scheduleMs.reduce((sum, wait) => sum + wait) / hourMs)).toBe(75)
  })

  it('P1: is never less than half of the schedule, nor a short one shortened, nor one doubled', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const base = scheduleMs[attempts] ?? 0
          const wait = waitOf({ attempts, random })
          expect(wait).toBeGreaterThanOrEqual(base < 30_000 ? base : base / 2)
          expect(wait).toBeLessThanOrEqual(base < 30_000 ? base * 1.5 : base)
        },
      ),
    )
  })

  it.each([429, 503])('is lengthened by Retry-After on %i', (status) => {
    const asking = (retryAfter: string) => waitOf({ status, retryAfter })
    expect(asking('60')).toBe(60_000)
    expect(asking('Thu, 01 Jan 2026 00:02:00 GMT')).toBe(120_000)
    expect(asking('999999999')).toBe(24 * hourMs)
  })

  it.each(['1', '0', '-60', 'soon', '', 'Thu, 01 Jan 2015 00:02:00 GMT', '1e9'])(
    'is not shortened by Retry-After %j',
    (retryAfter) => expect(waitOf({ status: 503, retryAfter })).toBe(5_000),
  )

  it('P2: does not heed Retry-After elsewhere', () => {
    expect(waitOf({ status: 500, retryAfter: '60' })).toBe(5_000)
  })
})
