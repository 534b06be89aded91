import { describe, expect, it } from 'vitest'
import { decideRetry, type Tried } from './decide-retry.ts'

const tried = (facts: Partial<Tried> = {}): Tried => ({
  method: 'GET',
  tries: 1,
  status: 503,
  retryAfterMs: undefined,
  jitter: 0,
  ...facts,
})

describe('after a try that failed', () => {
  it.each([0, 502, 503, 504])('reads again after %i', (status) => {
    expect(decideRetry(tried({ status }))).toBe(250)
  })

  it.each([400, 401, 404, 409, 422, 500])('does not read again after %i', (status) => {
    expect(decideRetry(tried({ status }))).toBeUndefined()
  })

  it('never repeats a write that may have been done', () => {
    expect(decideRetry(tried({ method: 'POST', status: 0 }))).toBeUndefined()
    expect(decideRetry(tried({ method: 'POST', status: 503, retryAfterMs: 10 }))).toBeUndefined()
  })

  it('repeats a write that a rate limit refused, when it was told', () => {
    expect(decideRetry(tried({ method: 'POST', status: 429, retryAfterMs: 2000 }))).toBe(2000)
    expect(decideRetry(tried({ status: 403, retryAfterMs: 2000 }))).toBe(2000)
  })

  it('waits longer each time, spread by jitter, and gives up after four', () => {
    const waits = [1, 2, 3, 4].map((tries) => decideRetry(tried({ tries, jitter: 0.5 })))
    expect(waits).toEqual([375, 625, 1125, undefined])
  })

  it('leaves long waits to the caller', () => {
    expect(decideRetry(tried({ status: 429, retryAfterMs: 60_000 }))).toBeUndefined()
  })
})
