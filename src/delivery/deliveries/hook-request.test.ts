import { createHmac } from 'node:crypto'
import { verify } from '@octokit/webhooks-methods'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { SigningKey } from '../signing/signing-key.ts'
import { hookRequestOf, type RequestFacts } from './hook-request.ts'

const facts = (changes: Partial<RequestFacts['hook']> = {}, payload = '{"a":1}'): RequestFacts => ({
  event: { name: 'deployment', guid: 'f3f4c1a0-1111', payload: Buffer.from(payload) },
  hook: {
    id: 7,
    url: 'http://127.0.0.1:1/',
    contentType: 'json',
    keys: [],
    isStandard: false,
    isTlsVerified: true,
    clientCertificate: null,
    ...changes,
  },
  target: { type: 'repository', id: 42 },
  host: 'slipway.example.com:8443',
  sequence: null,
  isLate: false,
  traceparent: null,
  sentAt: new Date(1_614_265_330_000),
})
const key = (secret: string) => new SigningKey(new Secret(secret))
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
    expect(headers.get('X-GitHub-Enterprise-Version')).toMatch(/^3\.\d+\.\d+$/)
    expect(headers.get('X-GitHub-Enterprise-Host')).toBe('slipway.example.com:8443')
    expect(headers.get('Accept')).toBe('*/*')
    expect(headers.get('Content-Type')).toBe('application/json')
  })

  it('is signed only with a secret', () => {
    expect([...headersOf(facts()).keys()].join()).not.toContain('Signature')
    expect(headersOf(facts({ keys: [key('x')] })).has('X-Hub-Signature-256')).toBe(true)
  })

  it('tells the trace, when there is one', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    expect(headersOf({ ...facts(), traceparent }).get('traceparent')).toBe(traceparent)
    expect(headersOf(facts()).has('traceparent')).toBe(false)
  })

  it('says which place it has among the events of a deployment, and whether it is late', () => {
    const headers = headersOf({ ...facts(), sequence: '12.3', isLate: true })
    expect([headers.get('X-Slipway-Sequence'), headers.get('X-Slipway-Late')]).toEqual([
      '12.3',
      'true',
    ])
    expect(headersOf(facts()).has('X-Slipway-Sequence')).toBe(false)
  })

  it('S2: sends the stored bytes as they are in JSON', () => {
    const payload = '{ "z": 1,\n "a": "ü💥" }'
    expect(hookRequestOf(facts({}, payload)).body.toString()).toBe(payload)
  })

  it('S2: sends one field in a form, which decodes to the stored bytes', () => {
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
      const request = hookRequestOf(facts({ contentType, keys: [key('s3cret')] }, '{"u":"ü"}'))
      const headers = new Map(request.headers)
      const body = request.body.toString()
      expect(await verify('s3cret', body, headers.get('X-Hub-Signature-256') ?? '')).toBe(true)
      const sha1 = createHmac('sha1', 's3cret').update(request.body).digest('hex')
      expect(headers.get('X-Hub-Signature')).toBe(`sha1=${sha1}`)
    },
  )
})

describe('a hook that wants Standard Webhooks as well', () => {
  const current = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const request = (keys: readonly SigningKey[]) =>
    headersOf(facts({ keys, isStandard: true }, '{"test": 2432232314}'))

  it('S1: is told id, seconds and signature', () => {
    const headers = request([key(current)])
    expect(headers.get('webhook-id')).toBe('f3f4c1a0-1111')
    expect(headers.get('webhook-timestamp')).toBe('1614265330')
    expect(headers.get('X-Hub-Signature-256')).toMatch(/^sha256=/)
    const bytes = Buffer.from(current.slice('whsec_'.length), 'base64')
    const signed = createHmac('sha256', bytes).update(
      'f3f4c1a0-1111.1614265330.{"test": 2432232314}',
    )
    expect(headers.get('webhook-signature')).toBe(`v1,${signed.digest('base64')}`)
  })

  it('S3: has both signatures during a rotation, and the current one for GitHub', () => {
    const both = request([key('new'), key('old')])
    const [first, second] = both.get('webhook-signature')?.split(' ') ?? []
    expect([first, second]).toEqual([
      request([key('new')]).get('webhook-signature'),
      request([key('old')]).get('webhook-signature'),
    ])
    expect(both.get('X-Hub-Signature-256')).toBe(request([key('new')]).get('X-Hub-Signature-256'))
  })
})
