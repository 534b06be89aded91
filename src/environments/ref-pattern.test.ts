import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesRefPattern, patternCharactersMax, traceMatch } from './ref-pattern.ts'

const allowed = (pattern: string, ...names: string[]) =>
  names.filter((name) => matchesRefPattern(pattern, name))

describe('a pattern for refs', () => {
  it('is a name, or has wildcards that stop at a slash', () => {
    expect(allowed('main', 'main', 'Main', 'main2')).toEqual(['main'])
    expect(allowed('release/*', 'release/1', 'release/1/a', 'release')).toEqual(['release/1'])
    expect(allowed('release/*/*', 'release/1', 'release/1/a')).toEqual(['release/1/a'])
    expect(allowed('v?', 'v1', 'v', 'v/', 'vé')).toEqual(['v1', 'vé'])
    expect(allowed('**', 'main', 'a/b')).toEqual(['main'])
  })

  it('crosses slashes with two stars and a slash, where a segment begins', () => {
    expect(allowed('**/fix', 'fix', 'a/fix', 'a/b/fix', 'a/fix/b')).toEqual([
      'fix',
      'a/fix',
      'a/b/fix',
    ])
    expect(allowed('a/**/b', 'a/b', 'a/x/b', 'a/x/y/b', 'ab')).toEqual(['a/b', 'a/x/b', 'a/x/y/b'])
    expect(allowed('a**/b', 'a/b', 'ax/b', 'a/x/b')).toEqual(['a/b', 'ax/b'])
  })

  it('finds hidden names only when it says the dot', () => {
    expect(allowed('*', '.a', 'a')).toEqual(['a'])
    expect(allowed('.*', '.a')).toEqual(['.a'])
    expect(allowed('[.]a', '.a')).toEqual([])
    expect(allowed('**/a', '.x/a', 'x/a')).toEqual(['x/a'])
  })

  it('has sets, which can be negated', () => {
    expect(allowed('v[0-9a]', 'v1', 'va', 'vb')).toEqual(['v1', 'va'])
    expect(allowed('v[!0-9]', 'v1', 'vb', 'v/')).toEqual(['vb'])
    expect(allowed('v[^0-9]', 'v1', 'vb')).toEqual(['vb'])
    expect(allowed('[a-]', 'a', '-', 'b')).toEqual(['a', '-'])
    expect(allowed('[z-a]', 'z', 'm', 'a')).toEqual(['z', 'a'])
    expect(allowed('[a', '[a', 'a')).toEqual([])
  })

  it('takes what stands behind a backslash as it is', () => {
    expect(allowed('\\*', '*', 'a')).toEqual(['*'])
    expect(allowed('[\\]]', ']')).toEqual([']'])
    expect(allowed('a\\/b', 'a/b')).toEqual(['a/b'])
    expect(allowed('a\\', 'a\\')).toEqual(['a\\'])
  })

  it('gives braces, bangs and the like no meaning', () => {
    for (const pattern of ['{a,b}', '!a', '+(a)', '@(a|b)']) {
      expect(allowed(pattern, 'a', 'b', pattern)).toEqual([pattern])
    }
  })

  it('costs no more than twice its length times that of the name, however it was made to hang', () => {
    const part = fc.constantFrom('*', '**', '**/', '*a', 'a', '?', '/', '[!b]', '[a-', '\\', '.')
    const pattern = fc
      .array(part, { maxLength: patternCharactersMax })
      .map((parts) => parts.join(''))
    const name = fc
      .array(fc.constantFrom('a', 'a', 'a', 'b', '/', '.'), { maxLength: 300 })
      .map((characters) => characters.join(''))
    const isBounded = (pattern: string, name: string) =>
      traceMatch(pattern, name).steps <= 2 * (pattern.length + 2) * (name.length + 2)
    fc.assert(fc.property(pattern, name, isBounded), { numRuns: 500 })
    expect(isBounded(`${'*a'.repeat(100)}b`, 'a'.repeat(2000))).toBe(true)
    expect(isBounded(`${'**/a/'.repeat(50)}b`, 'a/'.repeat(1000))).toBe(true)
  })
})
