import { expect, it } from 'vitest'
import { environmentPath, joinNames } from './name-path.ts'

it.each([
  ['a/b', 'a%2Fb'],
  ['a/b?x=/c', 'a%2Fb?x=/c'],
  ['a/b/secrets/X', 'a%2Fb/secrets/X'],
  ['a/b/c/variables?per_page=3', 'a%2Fb%2Fc/variables?per_page=3'],
  ['a/secrets/secrets', 'a/secrets/secrets'],
  ['a/secrets/b/secrets', 'a%2Fsecrets%2Fb/secrets'],
  ['a%2Fb/secrets/public-key', 'a%2Fb/secrets/public-key'],
  ['secrets/secrets', 'secrets/secrets'],
  ['a/b/', 'a/b/'],
])('…/environments/%s is routed as %s', (asked, routed) => {
  for (const base of ['/repos/o/r', '/repositories/7', '/api/v3/repos/o/r']) {
    expect(joinNames(`${base}/environments/${asked}`)).toBe(`${base}/environments/${routed}`)
  }
})

it('leaves every other address alone', () => {
  for (const url of [
    '/repos/o/r/environments',
    '/repos/o/r/environments?x=a/b',
    '/repos/o/r/actions/secrets/X',
    '/repos/o/r/branches/environments/a/b',
    '/o/r/environments/a/b/secrets/X',
  ]) {
    expect(joinNames(url)).toBe(url)
  }
})

it('keeps slashes in the path of a name, but where they would mislead', () => {
  expect(environmentPath('test/env')).toBe('test/env')
  expect(environmentPath('PR #82')).toBe('PR%20%2382')
  expect(environmentPath('a/secrets')).toBe('a%2Fsecrets')
  expect(environmentPath('a/b/variables/X')).toBe('a%2Fb%2Fvariables%2FX')
  expect(environmentPath('secrets/a')).toBe('secrets/a')
})
