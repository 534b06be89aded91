import { describe, expect, it } from 'vitest'
import {
  parseApiUrl,
  parseContexts,
  parseId,
  parseLimit,
  parsePayload,
  parseRepository,
  parseTimeout,
} from './flags.ts'

describe('flags', () => {
  it.each(['octo/docs', 'octo-corp/docs.github.io'])('take %s as a repository', (name) => {
    expect(parseRepository(name)).toBe(name)
  })

  it.each(['docs', 'a/b/c', 'octo/..', './docs', 'octo/do cs'])('refuse %j as one', (name) => {
    expect(() => parseRepository(name)).toThrow('owner/name')
  })

  it('take "none" for an empty list of required contexts', () => {
    expect([parseContexts('none'), parseContexts('ci/test, lint')]).toEqual([
      [],
      ['ci/test', 'lint'],
    ])
    expect(() => parseContexts('')).toThrow('comma-separated')
  })

  it('take a time with its unit', () => {
    expect([parseTimeout('30s'), parseTimeout('10m')]).toEqual([30_000, 600_000])
  })

  it.each(['10', '0s', '-1s', '1w', '21d', '99999999999s'])('refuse %s as a time', (text) => {
    expect(() => parseTimeout(text)).toThrow('Use 30s')
  })

  it.each(['0', '-1', '1.5', '1e3', 'x', '9'.repeat(20)])('refuse %s as a number', (text) => {
    expect(() => parseId(text)).toThrow('whole number')
    expect(() => parseLimit(text)).toThrow('whole number')
  })

  it.each(['ftp://example.com', 'example.com', ''])('refuse %j as an API', (text) => {
    expect(() => parseApiUrl(text)).toThrow('api/v3')
  })
})

describe('a payload', () => {
  it('is a JSON object or a JSON string', () => {
    expect(parsePayload('{"to":7}')).toEqual({ to: 7 })
    expect(parsePayload('"as it is"')).toBe('as it is')
  })

  it.each(['[]', '1', 'null', 'true'])('is not %s', (text) => {
    expect(() => parsePayload(text)).toThrow('object or a JSON string')
  })

  it('says what is wrong with it', () => {
    expect(() => parsePayload('{to: 7}')).toThrow('not JSON')
  })
})
