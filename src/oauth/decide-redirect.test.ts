import { describe, expect, it } from 'vitest'
import { decideRedirect } from './decide-redirect.ts'

const callback = 'https://example.com/callback'
const allows = (asked: string, registered = callback) =>
  decideRedirect(asked, [registered]) === asked

describe('where a browser may be sent back to', () => {
  it('is the first registered address where nothing was asked for', () => {
    expect(decideRedirect(undefined, [callback, 'https://example.org/'])).toBe(callback)
    expect(decideRedirect(undefined, [])).toBe(undefined)
  })

  it('is the registered address, with any query, and what lies below it', () => {
    expect(allows(callback)).toBe(true)
    expect(allows(`${callback}?next=/a#`.replace('#', ''))).toBe(true)
    expect(allows(`${callback}/subdir/other`)).toBe(true)
    expect(allows('https://auth.example.com/callback')).toBe(true)
  })

  it.each([
    ['another host', 'https://example.org/callback'],
    ['a host that only ends alike', 'https://badexample.com/callback'],
    ['another port', 'https://example.com:8443/callback'],
    ['another scheme', 'http://example.com/callback'],
    ['a path that only begins alike', 'https://example.com/callbacks'],
    ['a path above', 'https://example.com/'],
    ['a path that climbs', 'https://example.com/callback/../other'],
    ['a path that climbs in disguise', 'https://example.com/callback/%2e%2e/other'],
    ['a host in the place of a user', 'https://example.com@evil.example/callback'],
    ['a user', 'https://octo@example.com/callback'],
    ['a backslash', 'https://evil.example\\@example.com/callback'],
    ['a fragment', `${callback}#x`],
    ['no address at all', '/callback'],
    ['a script', 'javascript:alert(1)'],
  ])('is never %s', (_, asked) => {
    expect(allows(asked)).toBe(false)
  })

  it('may have any port on loopback, where a program listens on whichever was free', () => {
    const registered = 'http://127.0.0.1/callback'
    expect(allows('http://127.0.0.1:41234/callback', registered)).toBe(true)
    expect(allows('http://127.0.0.1:41234/other', registered)).toBe(false)
    expect(allows('http://[::1]:9/callback', 'http://[::1]/callback')).toBe(true)
    expect(allows('http://localhost:9/callback', registered)).toBe(false)
    expect(allows('http://127.0.0.1.evil.example/callback', registered)).toBe(false)
  })
})
