import { createHmac } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'
import type { HookRequest } from '../sender/model.ts'
import type { HookTarget } from './model.ts'

/** What a request is made of: the event's stored bytes, and the hook as it is at this moment. */
export type RequestFacts = {
  readonly event: { readonly name: string; readonly guid: string; readonly payload: Uint8Array }
  readonly hook: {
    readonly id: number
    readonly url: string
    readonly contentType: 'form' | 'json'
    readonly secret: Secret | null
    readonly isTlsVerified: boolean
  }
  readonly target: HookTarget
  /** `<deployment>.<n>`: lets a receiver see the order of one deployment's events. */
  readonly sequence: string | null
  /** Whether later events of the same deployment were sent while this one failed (delivery 4.6). */
  readonly isLate: boolean
}

/** Receivers check the prefix and expect seven hexadecimal digits after it (contract 6.6). */
const userAgent = 'GitHub-Hookshot/511b0a7'

/** The request of contract 6.6 and two headers of ours, signed over the bytes that will be sent. */
export function hookRequestOf(facts: RequestFacts): HookRequest {
  const { event, hook, target } = facts
  const body = bodyOf(hook.contentType, event.payload)
  const headers: [string, string][] = [
    ['User-Agent', userAgent],
    ['Accept', '*/*'],
    ['Content-Type', mediaTypes[hook.contentType]],
    ['X-GitHub-Event', event.name],
    ['X-GitHub-Delivery', event.guid],
    ['X-GitHub-Hook-ID', String(hook.id)],
    ['X-GitHub-Hook-Installation-Target-ID', String(target.id)],
    ['X-GitHub-Hook-Installation-Target-Type', target.type],
  ]
  if (facts.sequence) headers.push(['X-Slipway-Sequence', facts.sequence])
  if (facts.isLate) headers.push(['X-Slipway-Late', 'true'])
  if (hook.secret) headers.push(...signatureHeadersOf(hook.secret, body))
  return { url: hook.url, headers, body, isTlsVerified: hook.isTlsVerified }
}

const mediaTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' }

function bodyOf(contentType: 'form' | 'json', payload: Uint8Array): Buffer {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (contentType === 'json') return bytes
  return Buffer.from(new URLSearchParams({ payload: bytes.toString('utf8') }).toString())
}

/** GitHub's two signature headers over the raw bytes of a body (contract 6.6). */
export function signatureHeadersOf(secret: Secret, body: Uint8Array): [string, string][] {
  return [
    ['X-Hub-Signature', `sha1=${hmacOf('sha1', secret, body)}`],
    ['X-Hub-Signature-256', `sha256=${hmacOf('sha256', secret, body)}`],
  ]
}

const hmacOf = (algorithm: 'sha1' | 'sha256', secret: Secret, body: Uint8Array) =>
  createHmac(algorithm, secret.reveal()).update(body).digest('hex')
