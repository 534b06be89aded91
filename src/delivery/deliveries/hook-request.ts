import { enterpriseVersion } from '../../app.ts'
import type { ClientCertificate, HookRequest } from '../sender/model.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { cloudEventHeadersOf, isCdEvent } from './cloud-event.ts'
import type { HookTarget } from './model.ts'

/** What a request is made of: the event's stored bytes, and the hook as it is at this moment. */
export type RequestFacts = {
  readonly event: { readonly name: string; readonly guid: string; readonly payload: Uint8Array }
  readonly hook: {
    readonly id: number
    readonly url: string
    readonly contentType: 'form' | 'json'
    /** The current secret first, then the one before while it is still good; none without a secret. */
    readonly keys: readonly SigningKey[]
    /** Whether Standard Webhooks' headers are wanted as well. */
    readonly isStandard: boolean
    readonly isTlsVerified: boolean
    readonly clientCertificate: ClientCertificate | null
  }
  readonly target: HookTarget
  /** Where this server is, for receivers that serve several. */
  readonly host: string
  /** `<deployment>.<n>`: lets a receiver see the order of one deployment's events. */
  readonly sequence: string | null
  /** Whether later events of the same deployment were sent while this one failed (delivery 4.6). */
  readonly isLate: boolean
  /** Of W3C Trace Context; null while nobody traces. */
  readonly traceparent: string | null
  readonly sentAt: Date
}

/** Receivers check the prefix and expect seven hexadecimal digits after it (contract 6.6). */
const userAgent = 'GitHub-Hookshot/511b0a7'

/** The request of contract 6.6 and two headers of ours, signed over the bytes that will be sent. */
export function hookRequestOf(facts: RequestFacts): HookRequest {
  const { event, hook, target } = facts
  const isCloudEvent = isCdEvent(event.name)
  // A binding that knows no forms.
  const contentType = isCloudEvent ? 'json' : hook.contentType
  const body = bodyOf(contentType, event.payload)
  const headers: [string, string][] = [
    ['User-Agent', userAgent],
    ['Accept', '*/*'],
    ['Content-Type', mediaTypes[contentType]],
    ['X-GitHub-Event', event.name],
    ['X-GitHub-Delivery', event.guid],
    ['X-GitHub-Hook-ID', String(hook.id)],
    ['X-GitHub-Hook-Installation-Target-ID', String(target.id)],
    ['X-GitHub-Hook-Installation-Target-Type', target.type],
    ['X-GitHub-Enterprise-Version', enterpriseVersion],
    ['X-GitHub-Enterprise-Host', facts.host],
  ]
  if (isCloudEvent) headers.push(...cloudEventHeadersOf(event.payload))
  if (facts.sequence) headers.push(['X-Slipway-Sequence', facts.sequence])
  if (facts.isLate) headers.push(['X-Slipway-Late', 'true'])
  if (facts.traceparent) headers.push(['traceparent', facts.traceparent])
  headers.push(...signatureHeadersOf(facts, body))
  const { url, isTlsVerified, clientCertificate } = hook
  return { url, headers, body, isTlsVerified, clientCertificate }
}

/** GitHub's have room for one secret, the current one; the standard's list holds both during a rotation. */
function signatureHeadersOf(facts: RequestFacts, body: Uint8Array): [string, string][] {
  const { event, hook, sentAt } = facts
  const [current] = hook.keys
  if (!current) return []
  const headers = current.githubHeaders(body)
  if (!hook.isStandard) return headers
  const seconds = Math.floor(sentAt.getTime() / 1000)
  const signatures = hook.keys.map((key) => key.standardSignature(event.guid, seconds, body))
  return [
    ...headers,
    ['webhook-id', event.guid],
    ['webhook-timestamp', String(seconds)],
    ['webhook-signature', signatures.join(' ')],
  ]
}

const mediaTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' }

function bodyOf(contentType: 'form' | 'json', payload: Uint8Array): Buffer {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (contentType === 'json') return bytes
  return Buffer.from(new URLSearchParams({ payload: bytes.toString('utf8') }).toString())
}
