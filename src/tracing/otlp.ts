import type { TraceContext } from '../trace-context/trace-context.ts'
import type { Attributes, Span } from './model.ts'

/** `SpanKind` and `StatusCode` of opentelemetry-proto 1.5. */
const kinds = { internal: 1, server: 2, client: 3, producer: 4 }
const statusError = 2
const microsecondsPerMs = 1000
const nanosecondsPerMicrosecond = 1000n

/** An `ExportTraceServiceRequest` in OTLP's JSON encoding: ids in hexadecimal, 64-bit numbers as text. */
export const otlpRequest = (spans: readonly Span[], version: string) => ({
  resourceSpans: [
    {
      resource: {
        attributes: attributesOf({ 'service.name': 'slipway', 'service.version': version }),
      },
      scopeSpans: [{ scope: { name: 'slipway', version }, spans: spans.map(spanOf) }],
    },
  ],
})

const spanOf = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: kinds[span.kind],
  startTimeUnixNano: nanosecondsOf(span.startedAt),
  endTimeUnixNano: nanosecondsOf(span.endedAt),
  attributes: attributesOf(span.attributes),
  links: span.links.map(({ traceId, spanId }: TraceContext) => ({ traceId, spanId })),
  status: span.isError ? { code: statusError } : {},
})

/** Nanoseconds of the epoch are more than a number holds. */
const nanosecondsOf = (ms: number) =>
  String(BigInt(Math.round(ms * microsecondsPerMs)) * nanosecondsPerMicrosecond)

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
