import { expect, it } from 'vitest'
import { isTokenText, newTokenText } from './token-text.ts'

it('makes tokens that it recognises, each its own', () => {
  const tokens = Array.from({ length: 50 }, () => newTokenText('personal').reveal())
  expect(tokens.every(isTokenText)).toBe(true)
  expect(new Set(tokens).size).toBe(50)
  expect(tokens[0]).toMatch(/^slp_[\dA-Za-z]{36}$/)
})

it('tells a mistyped token by its checksum', () => {
  const token = newTokenText('personal').reveal()
  const other = token.endsWith('a') ? 'b' : 'a'
  expect(isTokenText(token.slice(0, -1) + other)).toBe(false)
  expect(isTokenText('')).toBe(false)
})
