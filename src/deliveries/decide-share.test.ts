import { expect, it } from 'vitest'
import { decideShare, shareAtFirst } from './decide-share.ts'

const after = (...statuses: (number | null)[]) => statuses.reduce(decideShare, shareAtFirst)

it('grows by one with each success, up to 32', () => {
  expect(after(200, 204)).toBe(10)
  expect(after(...Array(100).fill(200))).toBe(32)
})

it.each([null, 429, 500, 503])('is halved by %s, down to 1', (status) => {
  expect(after(status)).toBe(4)
  expect(after(...Array(9).fill(status))).toBe(1)
})

it('is left alone by a refusal', () => {
  expect(after(301, 400, 404, 410)).toBe(shareAtFirst)
})
