import { describe, expect, it } from 'vitest'
import { metricIn } from './model.ts'
import { periodIn } from './request.ts'

const now = new Date('2026-03-31T12:00:00Z')

describe('the period that is asked for', () => {
  it('is the last ninety days, or as long before what it ends with', () => {
    expect(periodIn({}, now).since).toBe(Date.parse('2025-12-31T12:00:00Z'))
    expect(periodIn({ until: '2026-03-31' }, now).since).toBe(Date.parse('2025-12-31'))
  })
  it('is of dates and times, in any zone', () => {
    const asked = { since: '2026-01-01T00:00:00 01:00', until: '2026-01-02' }
    expect(periodIn(asked, now).since).toBe(Date.parse('2025-12-31T23:00:00Z'))
  })
  it.each([
    [{ since: 'yesterday' }, 'since must be a date or a time'],
    [{ until: '2026-13-01' }, 'until must be a date or a time'],
    [{ since: '2026-04-01' }, 'since must be before until'],
    [{ since: '2020-01-01' }, 'at most 366 days apart'],
  ])('is refused where it is none: %j', (query, message) => {
    expect(() => periodIn(query, now)).toThrow(message)
  })
})

it('knows the metrics by name', () => {
  expect(metricIn('change_fail_rate')).toBe('change_fail_rate')
  expect(metricIn('mttr')).toBe(undefined)
})
