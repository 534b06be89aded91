import { expect, it } from 'vitest'
import { decideLanes } from './decide-lane.ts'

const first = (live: number, retry: number, bulk: number) => decideLanes({ live, retry, bulk })[0]

it('what is live goes first', () => {
  expect(decideLanes({ live: 0, retry: 0, bulk: 0 })).toEqual(['live', 'retry', 'bulk'])
})

it('late retries get a fifth, and what is sent in bulk a tenth', () => {
  expect(first(69, 20, 10)).toBe('live')
  expect(first(71, 20, 10)).toBe('retry')
  expect(first(71, 21, 10)).toBe('bulk')
})
