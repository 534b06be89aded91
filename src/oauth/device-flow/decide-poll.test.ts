import { describe, expect, it } from 'vitest'
import { decidePoll, type Waiting } from './decide-poll.ts'

const now = new Date('2026-01-01T00:10:00.000Z')
const waiting = (more: Partial<Waiting> = {}): Waiting => ({
  state: 'pending',
  interval_seconds: 5,
  last_polled_at: '2026-01-01T00:09:55.000Z',
  expires_at: '2026-01-01T00:15:00.000Z',
  ...more,
})
const verdict = (more: Partial<Waiting>) => decidePoll(waiting(more), now)

describe('a device that asks whether it was granted', () => {
  it('hears what the person decided', () => {
    expect(verdict({ state: 'pending' })).toEqual({ kind: 'pending' })
    expect(verdict({ state: 'authorized' })).toEqual({ kind: 'authorized' })
    expect(verdict({ state: 'denied' })).toEqual({ kind: 'denied' })
  })

  it('may ask at once, and then once in an interval', () => {
    expect(verdict({ last_polled_at: null })).toEqual({ kind: 'pending' })
    expect(verdict({ last_polled_at: '2026-01-01T00:09:58.000Z' })).toEqual({
      kind: 'too_soon',
      interval_seconds: 10,
    })
  })

  it('is not punished for what the network did to its clock', () => {
    expect(verdict({ last_polled_at: '2026-01-01T00:09:55.600Z' })).toEqual({ kind: 'pending' })
  })

  it('has to begin anew when its code is too old, or gave a token already', () => {
    expect(verdict({ expires_at: now.toISOString() })).toEqual({ kind: 'expired' })
    expect(verdict({ state: 'used' })).toEqual({ kind: 'unknown' })
  })
})
