import { payloadFor } from '../../delivery/deliveries/model.ts'
import type { RowOf } from '../../store/query.ts'
import type { requestsOfHook } from './queries.ts'

type Sent = RowOf<typeof requestsOfHook>

/** A request as it was last sent, signature and all: `headers` as pairs, `body` to be sent as it is. */
export function requestPayload(sent: Sent) {
  const headers = parseHeaders(sent.request_headers)
  return {
    id: sent.id,
    guid: sent.guid,
    event: sent.name,
    action: sent.action,
    created_at: sent.created_at,
    headers,
    body: bodyOf(headers, Buffer.from(payloadFor(sent)).toString('utf8')),
  }
}

type Headers = readonly (readonly [name: string, value: string])[]

const parseHeaders = (stored: string) => JSON.parse(stored) as Headers

/** By what the request said it was: the hook may be of the other kind by now. */
function bodyOf(headers: Headers, payload: string): string {
  const isForm = headers.some(
    ([name, value]) => name === 'Content-Type' && value.endsWith('urlencoded'),
  )
  return isForm ? new URLSearchParams({ payload }).toString() : payload
}
