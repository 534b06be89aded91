import { describe, expect, it } from 'vitest'
import { addressPolicyOf, parseNetworks } from './address-policy.ts'
import { parseHookUrl } from './hook-url.ts'

const strict = addressPolicyOf([])

describe('a hook URL', () => {
  it.each(['https://example.org/hook?x=1', 'http://example.org:8080', 'https://8.8.8.8/'])(
    'may be %s',
    (text) => expect(parseHookUrl(text, strict).kind).toBe('accepted'),
  )

  it.each([
    '',
    'example.org/hook',
    'ftp://example.org',
    'file:///etc/passwd',
    'http:example.org',
    'http://',
    'http://a b/',
    'http://example.org/a b',
    ' http://example.org',
    'http://example.org/\n',
    'http://e\tx.org',
    'https://user:secret@example.org/',
    'https://user@example.org/',
    'http://[fe80::1%25eth0]/',
    'http://example.org:22/',
    'http://example.org:0/',
    `http://example.org/${'a'.repeat(3000)}`,
  ])('may not be %j', (text) => expect(parseHookUrl(text, strict)).toEqual({ kind: 'malformed' }))

  it.each([
    'http://localhost',
    'http://LOCALHOST./',
    'http://a.localhost',
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://①②⑦.⓪.⓪.①',
    'http://127。0。0。1',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://0/',
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.google.internal/',
    'http://10.0.0.1/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
  ])('may not lead to %s', (text) => {
    expect(parseHookUrl(text, strict).kind).toBe('unreachable_host')
  })

  it('names the host that cannot be reached', () => {
    expect(parseHookUrl('http://localhost:3000/x', strict)).toEqual({
      kind: 'unreachable_host',
      host: 'localhost',
    })
  })

  it('may lead to an allowed network', () => {
    const policy = addressPolicyOf(parseNetworks('127.0.0.0/8').networks)
    const kinds = ['http://localhost:1234', 'http://127.1:1234', 'http://[::1]:1234'].map(
      (text) => parseHookUrl(text, policy).kind,
    )
    expect(kinds).toEqual(['accepted', 'accepted', 'unreachable_host'])
  })

  it('reads the host that a browser would, not the one after a hash', () => {
    const parsed = parseHookUrl('http://1.1.1.1#@10.0.0.1', strict)
    expect(parsed.kind === 'accepted' && parsed.url.hostname).toBe('1.1.1.1')
  })
})
