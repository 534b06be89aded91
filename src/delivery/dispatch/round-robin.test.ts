import { expect, it } from 'vitest'
import { RoundRobin } from './round-robin.ts'

it('gives turns to owners, whatever the number of their things', () => {
  const turns = new RoundRobin<string>()
  for (let n = 1; n <= 100; n += 1) turns.add(1, `a${n}`)
  turns.add(2, 'b')
  const taken = Array.from({ length: 6 }, () => turns.take((one) => one))
  expect(taken).toEqual(['a1', 'b', 'a2', 'b', 'a3', 'b'])
})

it('lets go of what cannot be used', () => {
  const turns = new RoundRobin<string>()
  for (const one of ['a', 'b', 'c']) turns.add(1, one)
  const usable = (one: string) => (one === 'c' ? one : null)
  expect([turns.take(usable), turns.take((one) => one), turns.take(() => null)]).toEqual([
    'c',
    'c',
    null,
  ])
  expect(turns.take((one) => one)).toBe(null)
})
