import { expect, it } from 'vitest'
import { quantileOf } from './decide-quantile.ts'

it('falls on a value or between two', () => {
  expect(quantileOf([], 0.5)).toBe(null)
  expect(quantileOf([7], 0.9)).toBe(7)
  expect(quantileOf([30, 10, 20], 0.5)).toBe(20)
  expect(quantileOf([10, 20], 0.5)).toBe(15)
  expect(quantileOf([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.9)).toBe(90)
})
