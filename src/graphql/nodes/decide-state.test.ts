import { expect, it } from 'vitest'
import { decideState } from './decide-state.ts'

const fresh = { state: null, isTransient: false, isSuperseded: false, quietMs: 0 }
const minuteMs = 60_000

it('a deployment that nobody reports on is pending, and abandoned after half an hour', () => {
  for (const state of [null, 'pending'] as const) {
    expect(decideState({ ...fresh, state, quietMs: 30 * minuteMs })).toBe('PENDING')
    expect(decideState({ ...fresh, state, quietMs: 30 * minuteMs + 1 })).toBe('ABANDONED')
  }
})

it('a successful deployment is active until a newer one is', () => {
  expect(decideState({ ...fresh, state: 'success' })).toBe('ACTIVE')
  expect(decideState({ ...fresh, state: 'success', isSuperseded: true })).toBe('SUCCESS')
})

it('an inactive deployment is destroyed where it was transient', () => {
  expect(decideState({ ...fresh, state: 'inactive' })).toBe('INACTIVE')
  expect(decideState({ ...fresh, state: 'inactive', isTransient: true })).toBe('DESTROYED')
})

it('any other state is the newest status', () => {
  for (const state of ['error', 'failure', 'in_progress', 'queued', 'waiting'] as const) {
    expect(decideState({ ...fresh, state, quietMs: 90 * minuteMs })).toBe(state.toUpperCase())
  }
})
