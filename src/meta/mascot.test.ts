import { expect, it } from 'vitest'
import { mascot } from './mascot.ts'

it('says what it was asked to, in a bubble that fits', () => {
  const [top, middle, bottom] = mascot('Ship it').split('\n')
  expect(middle).toContain('| Ship it |')
  expect(new Set([top?.length, middle?.length, bottom?.length]).size).toBe(1)
})

it('never repeats control characters, nor more than a line', () => {
  const drawing = mascot(`\u001b[31mred\r\n${'x'.repeat(5000)}`)
  expect(drawing).toMatch(/^(\n|\P{Cc})*$/u)
  expect(drawing.length).toBeLessThan(1000)
})
