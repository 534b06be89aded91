import { expect, it } from 'vitest'
import {
  contextOfAttempt,
  contextOfEvent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  traceparentOf,
} from './trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const guid = '0B989BA4-242F-4C5A-9E1B-2B0C5A3D6E7F'

it('reads who called, and whether they record', () => {
  expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({
    traceId,
    spanId,
    isSampled: true,
  })
  expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.isSampled).toBe(false)
  // A later version may say more after what is known.
  expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)?.traceId).toBe(traceId)
})

it.each([
  '',
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}`,
  `01-${traceId}-${spanId}-01-${'x'.repeat(600)}`,
])('takes nothing from %s', (text) => {
  expect(parseTraceparent(text)).toBeUndefined()
})

it("makes an event's GUID its trace, and each attempt a span of its own in it", () => {
  const event = contextOfEvent(guid)
  const attempts = [contextOfAttempt(guid, 7, 1), contextOfAttempt(guid, 7, 2)]
  expect(event.traceId).toBe('0b989ba4242f4c5a9e1b2b0c5a3d6e7f')
  expect(attempts.map((attempt) => attempt.traceId)).toEqual([event.traceId, event.traceId])
  expect(new Set([event, ...attempts].map((one) => one.spanId)).size).toBe(3)
  expect(parseTraceparent(traceparentOf(event))).toEqual({ ...event, isSampled: true })
  expect(contextOfEvent(guid)).toEqual(event)
})

it('makes ids that are valid', () => {
  const made = { traceId: newTraceId(), spanId: newSpanId() }
  expect(parseTraceparent(traceparentOf(made))).toMatchObject(made)
})
