import { expect, it } from 'vitest'
import { mismatchOf } from './health.ts'

const answer = { status: 200, body: 'v42 4b9ea94', headers: { 'x-app': 'docs' } }
const any = { statuses: [], bodyContains: null, headers: {} }
const reasonOf = (...args: Parameters<typeof mismatchOf>) => {
  const outcome = mismatchOf(...args)
  return 'reason' in outcome ? outcome.reason : outcome.kind
}

it('takes any 2xx when the recipe names no status, and no redirect', () => {
  expect(reasonOf(answer, any)).toBe('done')
  expect(reasonOf({ ...answer, status: 204 }, any)).toBe('done')
  expect(reasonOf({ ...answer, status: 302 }, any)).toBe('got 302')
})

it('wants exactly the status, body and headers that are named', () => {
  expect(reasonOf({ ...answer, status: 401 }, { ...any, statuses: [200, 401] })).toBe('done')
  expect(reasonOf(answer, { ...any, statuses: [204] })).toBe('got 200')
  expect(reasonOf(answer, { ...any, bodyContains: '91ae23f' })).toBe(
    'got an answer without "91ae23f"',
  )
  expect(reasonOf(answer, { ...any, headers: { 'X-App': 'docs' } })).toBe('done')
  expect(reasonOf(answer, { ...any, headers: { 'X-App': 'shop' } })).toBe(
    'got the header X-App: docs',
  )
})
