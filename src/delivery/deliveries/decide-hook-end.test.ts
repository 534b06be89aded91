import { describe, expect, it } from 'vitest'
import { decideHookEnd } from './decide-hook-end.ts'

const firstFailureAt = new Date('2026-01-01T00:00:00Z')
const end = (hours: number, changes: Partial<Parameters<typeof decideHookEnd>[0]> = {}) =>
  decideHookEnd({
    isGone: false,
    failures: 10,
    firstFailureAt,
    warnings: 2,
    now: new Date(firstFailureAt.getTime() + hours * 3_600_000),
    ...changes,
  }).kind

describe('a hook whose attempts fail', () => {
  it('is disabled after five days without a success, and ten attempts', () => {
    expect(end(119.9)).toBe('go_on')
    expect(end(120)).toBe('disable')
    expect(end(120, { failures: 9 })).toBe('go_on')
  })

  it('is disabled at once when its receiver says that it is gone', () => {
    expect(end(0, { isGone: true, failures: 1 })).toBe('disable')
  })

  it('P10: is warned of once after an hour and once after a day', () => {
    expect(end(0.9, { warnings: 0 })).toBe('go_on')
    expect(end(1, { warnings: 0 })).toBe('warn')
    expect(end(23, { warnings: 1 })).toBe('go_on')
    expect(end(24, { warnings: 1 })).toBe('warn')
    expect(end(100, { warnings: 2 })).toBe('go_on')
  })
})
