import fc from 'fast-check'
import { expect, it } from 'vitest'
import { environmentPath, joinNames } from './name-path.ts'

it('joins what stands raw in a path', () => {
  for (const base of ['/repos/o/r', '/repositories/7', '/api/v3/repos/o/r']) {
    for (const rest of [
      '',
      '?a=/b',
      '/secrets',
      '/variables/X',
      '/deployment-branch-policies/1?x',
    ]) {
      const url = `${base}/environments/a/b${rest}`
      expect(joinNames(url)).toBe(`${base}/environments/a%2Fb${rest}`)
    }
  }
})

it('joins it before what is ours alone, below our own address alone', () => {
  for (const rest of ['/lock', '/settings', '/freezes', '/freezes/x?y', '/deployability?ref=a/b']) {
    const own = '/api/slipway/v1/repos/o/r'
    expect(joinNames(`${own}/environments/a/b${rest}`)).toBe(`${own}/environments/a%2Fb${rest}`)
  }
  expect(joinNames('/repos/o/r/environments/a/lock')).toBe('/repos/o/r/environments/a%2Flock')
})

it('joins the name of a branch whose protection is meant', () => {
  const url = '/repos/o/r/branches/feature/a'
  expect(joinNames(`${url}/protection?x`)).toBe('/repos/o/r/branches/feature%2Fa/protection?x')
  expect(joinNames(url)).toBe(url)
})

it('leaves every other address alone', () => {
  for (const url of [
    '/repos/o/r/environments',
    '/repos/o/r/environments?x=a/b',
    '/repos/o/r/environments/qa%2Feu/secrets',
    '/repos/o/r/environments/secrets',
    '/repos/o/r/environments/secrets/secrets',
    '/repos/o/r/environments/qa/eu/',
    '/repos/o/r/branches/environments/a/b',
    '/o/r/environments/a/b',
  ]) {
    expect(joinNames(url)).toBe(url)
  }
})

it('keeps slashes in the path of a name, but where they would mislead', () => {
  expect(environmentPath('test/env')).toBe('test/env')
  expect(environmentPath('PR #82')).toBe('PR%20%2382')
  expect(environmentPath('a/secrets')).toBe('a%2Fsecrets')
  expect(environmentPath('a/secrets/X')).toBe('a%2Fsecrets%2FX')
  expect(environmentPath('a//b')).toBe('a%2F%2Fb')
})

it('leads from any name to that name', () => {
  const part = fc.constantFrom('a', '/', 'secrets', 'variables', '%', ' ', '?', '#', 'é')
  const names = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(names, (name) => {
      const base = '/repos/o/r/environments/'
      const routed = joinNames(base + environmentPath(name))
      expect(routed.slice(base.length)).toBe(encodeURIComponent(name))
    }),
  )
})
