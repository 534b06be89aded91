import { describe, expect, it } from 'vitest'
import { environmentPathOf, withOneNameSegment } from './environment-path.ts'

describe('a path below an environment', () => {
  const base = '/api/v3/repos/o/r/environments'

  it.each([
    ['/a/b/secrets/X', '/a%2Fb/secrets/X'],
    ['/a/b/c/variables?per_page=3', '/a%2Fb%2Fc/variables?per_page=3'],
    ['/a/secrets/secrets', '/a/secrets/secrets'],
    ['/a/secrets/b/secrets', '/a%2Fsecrets%2Fb/secrets'],
    ['/a%2Fb/secrets/public-key', '/a%2Fb/secrets/public-key'],
    ['/secrets/secrets', '/secrets/secrets'],
  ])('%s is routed as %s', (asked, routed) => {
    expect(withOneNameSegment(base + asked)).toBe(base + routed)
  })

  it('is known by the id of the repository as well', () => {
    const url = '/api/v3/repositories/7/environments/a/b/secrets'
    expect(withOneNameSegment(url)).toBe('/api/v3/repositories/7/environments/a%2Fb/secrets')
  })

  it.each([
    `${base}/a/b`,
    `${base}/a/b?x=/secrets/y`,
    `${base}/secrets`,
    '/api/v3/repos/o/r/actions/secrets/X',
    '/o/r/environments/a/b/secrets/X',
    '/api/v3/repos/o/r/contents/environments/a/b/secrets',
  ])('is not %s', (url) => {
    expect(withOneNameSegment(url)).toBe(url)
  })
})

describe('the name of an environment in an address', () => {
  it.each([
    ['test/env', 'test/env'],
    ['PR #82', 'PR%20%2382'],
    ['a/secrets', 'a%2Fsecrets'],
    ['a/b/variables/x', 'a%2Fb%2Fvariables%2Fx'],
    ['secrets', 'secrets'],
    ['secrets/a', 'secrets/a'],
  ])('%s is written %s', (name, path) => {
    expect(environmentPathOf(name)).toBe(path)
  })
})
