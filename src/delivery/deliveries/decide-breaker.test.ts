import { describe, expect, it } from 'vitest'
import { closedBreaker, decideBreaker } from './decide-breaker.ts'
import type { Breaker } from './model.ts'

/** Outcomes a second apart, the first at 1000. */
const breakerAfter = (outcomes: string, from: Breaker = closedBreaker, at = 1000) =>
  [...outcomes].reduce((breaker, outcome, n) => {
    const now = at + n * 1000
    return decideBreaker(breaker, { isSuccess: outcome === '+', startedAt: now - 500, now })
  }, from)
const open = (until: number, openings = 1): Breaker => ({ kind: 'open', until, openings })

describe('the breaker', () => {
  it('opens for ten seconds after five failures in a row', () => {
    expect(breakerAfter('----').kind).toBe('closed')
    expect(breakerAfter('-----')).toEqual(open(15_000))
    expect(breakerAfter('----+----').kind).toBe('closed')
  })

  it('opens when half of twenty within a minute failed', () => {
    expect(breakerAfter('+-'.repeat(9)).kind).toBe('closed')
    expect(breakerAfter('+-'.repeat(10))).toEqual(open(30_000))
    expect(breakerAfter('++-'.repeat(19)).kind).toBe('closed')
  })

  it('forgets what was more than a minute ago', () => {
    const before = breakerAfter('+-'.repeat(9))
    expect(decideBreaker(before, { isSuccess: false, startedAt: 0, now: 90_000 })).toMatchObject({
      kind: 'closed',
      recent: { attempts: 1 },
    })
  })

  it('opens for twice as long after each probe that fails, up to ten minutes', () => {
    expect(breakerAfter('-', open(2000, 1), 3000)).toEqual(open(23_000, 2))
    expect(breakerAfter('-', open(2000, 6), 3000)).toEqual(open(603_000, 7))
    expect(breakerAfter('-', open(2000, 60), 3000)).toEqual(open(603_000, 61))
  })

  it('is left alone by failures that were on their way when it opened', () => {
    expect(breakerAfter('-', open(9000), 3000)).toEqual(open(9000))
  })

  it('closes with a success', () => {
    expect(breakerAfter('+', open(9000), 3000)).toEqual(closedBreaker)
  })
})
