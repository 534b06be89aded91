import { expect, it } from 'vitest'
import { matchesAny, matchesGlob } from './glob.ts'

it('matches a name that is written out', () => {
  expect(matchesGlob('production', 'production')).toBe(true)
  expect(matchesGlob('production', 'production2')).toBe(false)
})

it('stops * and ? at a slash', () => {
  expect(matchesGlob('pr-*', 'pr-17')).toBe(true)
  expect(matchesGlob('octo/*', 'octo/docs')).toBe(true)
  expect(matchesGlob('*', 'octo/docs')).toBe(false)
  expect(matchesGlob('v?', 'v1')).toBe(true)
  expect(matchesGlob('v?', 'v/')).toBe(false)
})

it('lets ** cross slashes', () => {
  expect(matchesGlob('release/**', 'release/2/rc')).toBe(true)
})

it('takes every other character as itself', () => {
  expect(matchesGlob('a.c', 'abc')).toBe(false)
  expect(matchesGlob('[ab]', 'a')).toBe(false)
})

it('is quick on a pattern made to hang a backtracking matcher', () => {
  expect(matchesGlob(`${'*a'.repeat(40)}b`, 'a'.repeat(200))).toBe(false)
})

it('asks several patterns', () => {
  expect(matchesAny(['main', 'v*'], 'v2')).toBe(true)
  expect(matchesAny([], 'v2')).toBe(false)
})
