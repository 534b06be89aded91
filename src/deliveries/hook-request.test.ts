import { createHmac } from 'node:crypto'
import { verify } from '@octokit/webhooks-methods'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../lib/secret.ts'
import { hookRequestOf, type RequestFacts, signatureHeadersOf } from './hook-request.ts'

const facts = (changes: Partial<RequestFacts['hook']> = {}, payload = '{"a":1}'): RequestFacts => ({
  event: { name: 'deployment', guid: 'f3f4c1a0-1111', payload: Buffer.from(payload) },
  hook: {
    id: 7,
    url: 'http://127.0.0.1:1/',
    contentType: 'json',
    secret: null,
    isTlsVerified: true,
    ...changes,
  },
  target: { type: 'repository', id: 42 },
  sequence: null,
  isLate: false,
})
const headersOf = (given: RequestFacts) => new Map(hookRequestOf(given).headers)

describe('a request', () => {
  it('carries the headers that receivers of GitHub know', () => {
    const headers = headersOf(facts())
    expect(headers.get('User-Agent')).toMatch(/^GitHub-Hookshot\/[0-9a-f]{7}$/)
    expect(headers.get('X-GitHub-Event')).toBe('deployment')
    expect(headers.get('X-GitHub-Delivery')).toBe('f3f4c1a0-1111')
    expect(headers.get('X-GitHub-Hook-ID')).toBe('7')
    expect(headers.get('X-GitHub-Hook-Installation-Target-ID')).toBe('42')
    expect(headers.get('X-GitHub-Hook-Installation-Target-Type')).toBe('repository')
    expect(headers.get('Accept')).toBe('*/*')
    expect(headers.get('Content-Type')).toBe('application/json')
  })

  it('is signed only with a secret', () => {
    expect([...headersOf(facts()).keys()].join()).not.toContain('Signature')
    expect(headersOf(facts({ secret: new Secret('x') })).has('X-Hub-Signature-256')).toBe(true)
  })

  it('says which place it has among the events of a deployment, and whether it is late', () => {
    const headers = headersOf({ ...facts(), sequence: '12.3', isLate: true })
    expect([headers.get('X-Slipway-Sequence'), headers.get('X-Slipway-Late')]).toEqual([
      '12.3',
      'true',
    ])
    expect(headersOf(facts()).has('X-Slipway-Sequence')).toBe(false)
  })

  it('sends the stored bytes as they are in JSON', () => {
    const payload = '{ "z": 1,\n "a": "ü💥" }'
    expect(hookRequestOf(facts({}, payload)).body.toString()).toBe(payload)
  })

  it('sends one field in a form, which decodes to the stored bytes', () => {
    fc.assert(
      fc.property(fc.json(), (payload) => {
        const body = hookRequestOf(facts({ contentType: 'form' }, payload)).body.toString()
        expect([...new URLSearchParams(body)]).toEqual([['payload', payload]])
      }),
    )
    const { body } = hookRequestOf(facts({ contentType: 'form' }, '{"a b":"&"}'))
    expect(body.toString()).toBe('payload=%7B%22a+b%22%3A%22%26%22%7D')
  })

  it.each(['form', 'json'] as const)(
    'is verified by what receivers use, as %s',
    async (contentType) => {
      const request = hookRequestOf(
        facts({ contentType, secret: new Secret('s3cret') }, '{"u":"ü"}'),
      )
      const headers = new Map(request.headers)
      const body = request.body.toString()
      expect(await verify('s3cret', body, headers.get('X-Hub-Signature-256') ?? '')).toBe(true)
      const sha1 = createHmac('sha1', 's3cret').update(request.body).digest('hex')
      expect(headers.get('X-Hub-Signature')).toBe(`sha1=${sha1}`)
    },
  )
})

it("signs GitHub's documented example as GitHub does", () => {
  const secret = new Secret("It's a Secret to Everybody")
  const headers = Object.fromEntries(signatureHeadersOf(secret, Buffer.from('Hello, World!')))
  expect(headers['X-Hub-Signature-256']).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  )
  expect(headers['X-Hub-Signature']).toMatch(/^sha1=[0-9a-f]{40}$/)
})
