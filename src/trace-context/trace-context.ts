import { createHash, randomBytes } from 'node:crypto'

/** Where something happened among all traces: ids as W3C Trace Context has them, in lower-case hexadecimal. */
export type TraceContext = { readonly traceId: string; readonly spanId: string }

const pattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const charactersMax = 512
const isNought = (id: string) => /^0+$/.test(id)

/** Who called, by a `traceparent` header, and whether they record; undefined for none that is valid. */
export function parseTraceparent(
  text: string,
): (TraceContext & { readonly isSampled: boolean }) | undefined {
  if (text.length > charactersMax) return undefined
  const [, traceId = '', spanId = '', flags = ''] = pattern.exec(text) ?? []
  if (isNought(traceId) || isNought(spanId) || traceId === '') return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** What a callee is told. */
export const traceparentOf = ({ traceId, spanId }: TraceContext) => `00-${traceId}-${spanId}-01`

export const newTraceId = () => randomBytes(16).toString('hex')
export const newSpanId = () => randomBytes(8).toString('hex')

/**
 * An event's GUID has the size of a trace's id, and is one: every node, and every attempt after any
 * restart, finds the same without a row that says so.
 */
export const contextOfEvent = (guid: string): TraceContext => ({
  traceId: guid.replaceAll('-', '').toLowerCase(),
  spanId: spanIdOf(guid),
})

/** One attempt to send an event. */
export const contextOfAttempt = (guid: string, deliveryId: number, n: number): TraceContext => ({
  traceId: contextOfEvent(guid).traceId,
  spanId: spanIdOf(`${guid} ${deliveryId} ${n}`),
})

const spanIdOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
