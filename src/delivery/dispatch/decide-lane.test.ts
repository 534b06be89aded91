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

it('the order is that of the shares in use, for every mix', () => {
  const counts = [0, 10, 20, 70, 90]
  for (const live of counts)
    for (const retry of counts)
      for (const bulk of counts) {
        const used = { live: live / 70, retry: retry / 20, bulk: bulk / 10 }
        const sorted = (['live', 'retry', 'bulk'] as const).toSorted((a, b) => used[a] - used[b])
        expect(decideLanes({ live, retry, bulk })).toEqual(sorted)
      }
})
