import type { AttemptSeen, EventSeen, GitSeen } from '../app.ts'
import {
  contextOfAttempt,
  contextOfEvent,
  newSpanId,
  newTraceId,
  type TraceContext,
} from '../trace-context/trace-context.ts'
import type { Span } from './model.ts'

/** The clock of the epoch with fractions of a millisecond. */
export const nowMs = () => performance.timeOrigin + performance.now()

/** The root of an event's own trace, which says what caused it. */
export function eventSpan({ guid, name }: EventSeen, cause: TraceContext | undefined): Span {
  const at = nowMs()
  return {
    ...contextOfEvent(guid),
    parentSpanId: undefined,
    name: `publish ${name}`,
    kind: 'producer',
    startedAt: at,
    endedAt: at,
    attributes: { 'messaging.message.id': guid, 'slipway.event': name },
    links: cause ? [cause] : [],
    isError: false,
  }
}

/** The receiver was told this span's id, so that what it does is its child. */
export function attemptSpan(seen: AttemptSeen): Span {
  const { event, delivery_id, hook_id, n, outcome, status } = seen
  const startedAt = seen.startedAt.getTime()
  return {
    ...contextOfAttempt(event.guid, delivery_id, n),
    parentSpanId: contextOfEvent(event.guid).spanId,
    name: `deliver ${event.name}`,
    kind: 'client',
    startedAt,
    endedAt: startedAt + seen.durationMs,
    attributes: {
      'http.request.method': 'POST',
      ...(status === 0 ? { 'error.type': outcome } : { 'http.response.status_code': status }),
      'slipway.hook_id': hook_id,
      'slipway.delivery_id': delivery_id,
      'slipway.attempt': n,
    },
    links: [],
    isError: status < 200 || status > 299,
  }
}

export function gitSpan({ service, outcome, ms }: GitSeen): Span {
  const endedAt = nowMs()
  return {
    traceId: newTraceId(),
    spanId: newSpanId(),
    parentSpanId: undefined,
    name: service,
    kind: 'server',
    startedAt: endedAt - ms,
    endedAt,
    attributes: { 'network.protocol.name': 'ssh' },
    links: [],
    isError: outcome === 'failed',
  }
}
