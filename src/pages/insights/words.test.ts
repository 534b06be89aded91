import { expect, it } from 'vitest'
import { countWords, dayWords, shareWords, spanWords } from './words.ts'

const minute = 60_000
const day = 1440 * minute

it.each([
  [null, '–'],
  [0, '0 s'],
  [400, '0 s'],
  [61_000, '1 m 1 s'],
  [59.99 * minute, '59 m 59 s'],
  [59.999 * minute, '60 m'],
  [125 * minute, '2 h 5 m'],
  [3 * day + 120 * minute, '3 d 2 h'],
  [40 * day, '40 d'],
])('%s ms are %s', (ms, words) => expect(spanWords(ms)).toBe(words))

it.each([
  [null, '–'],
  [0, '0 %'],
  [0.004, '0.4 %'],
  [0.5, '50 %'],
  [0.999, '> 99 %'],
  [1, '100 %'],
])('a share of %s is %s', (share, words) => expect(shareWords(share)).toBe(words))

it('counts as people do', () => {
  expect([countWords(1, 'commit'), countWords(1200, 'commit')]).toEqual([
    '1 commit',
    '1,200 commits',
  ])
  expect(dayWords(Date.parse('2026-01-31T23:59:59Z'))).toBe('Jan 31')
})
