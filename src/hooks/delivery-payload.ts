import { isUtf8 } from 'node:buffer'
import type { components } from '@octokit/openapi-types'
import { payloadFor } from '../delivery/deliveries/model.ts'
import { toSecond } from '../lib/time.ts'
import type { AttemptDetail, AttemptItem } from './delivery-queries.ts'

/** Contract 6.5: what GitHub calls a delivery is one attempt. */
export function deliveryItem(attempt: AttemptItem) {
  return {
    id: attempt.id,
    guid: attempt.guid,
    delivered_at: toSecond(attempt.started_at),
    redelivery: attempt.n > 1,
    duration: attempt.duration_ms / 1000,
    status: attempt.status,
    status_code: attempt.status_code,
    event: attempt.name,
    action: attempt.action,
    installation_id: attempt.installation_id,
    repository_id: attempt.repository_id,
    throttled_at: null,
  } satisfies components['schemas']['hook-delivery-item']
}

/** With the request and the answer. */
export function deliveryPayload(attempt: AttemptDetail) {
  return {
    ...deliveryItem(attempt),
    url: attempt.url,
    request: {
      headers: parseHeaders(attempt.request_headers),
      payload: parsePayload(payloadFor(attempt)),
    },
    response: {
      headers: parseHeaders(attempt.response_headers),
      payload: textOf(attempt.response_body),
    },
  } satisfies components['schemas']['hook-delivery']
}

/** A name that came twice has both values, as RFC 9110, 5.3 joins them. */
function parseHeaders(stored: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of JSON.parse(stored) as [string, string][]) {
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  return headers
}

const parsePayload = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>

/** Bytes that are no text are shown as a data URL, so that none is lost. */
function textOf(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8')
  return `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`
}
