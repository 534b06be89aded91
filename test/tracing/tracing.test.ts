import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { newSpanId, newTraceId } from '../../src/trace-context/trace-context.ts'
import { SpanExporter } from '../../src/tracing/exporter.ts'
import type { Span } from '../../src/tracing/model.ts'
import { eventually } from '../deliveries/world.ts'
import { metricsToken, openPlace } from '../metrics/place.ts'
import { scrape } from '../metrics/scrape.ts'
import { engines } from '../support/engines.ts'
import { attributeOf, type Collected, startCollector } from './collector.ts'

const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`

const named = (spans: readonly Collected[], name: string) =>
  spans.find((span) => span.name === name)

describe.each(engines)('traces on %s', (engine) => {
  it('follow a request to its transaction and git, and its event to the receiver', async () => {
    const collector = await startCollector()
    const place = await openPlace({ engine, settings: { otlp_endpoint: collector.url } })
    await place.deploy({ traceparent })
    const delivered = await eventually(
      async () => named(collector.spans, 'deliver deployment'),
      (span) => span !== undefined,
    )
    const request = await eventually(
      async () => named(collector.spans, 'POST /api/v3/repos/:owner/:repo/deployments'),
      (span) => span !== undefined,
    )
    expect(request).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId, kind: 2 })
    expect(attributeOf(request, 'http.response.status_code')).toBe('201')
    const parts = collector.spans.filter((span) => span.parentSpanId === request?.spanId)
    expect(new Set(parts.map(({ name }) => name))).toContain('git.resolve')
    const transaction = parts.find(({ name }) => name === 'store.transaction')
    // The event is a trace of its own, by its GUID; the two know of each other.
    const received = place.receiver.received.find(({ event }) => event === 'deployment')
    const published = named(collector.spans, 'publish deployment')
    expect(published?.traceId).toBe(received?.guid.replaceAll('-', ''))
    const { traceId, spanId } = transaction ?? {}
    expect(published?.links).toEqual([{ traceId, spanId }])
    expect(request?.links).toEqual([{ traceId: published?.traceId, spanId: published?.spanId }])
    expect(delivered?.parentSpanId).toBe(published?.spanId)
    expect(attributeOf(delivered, 'http.response.status_code')).toBe('200')
    // The receiver goes on from the attempt.
    expect(received?.headers['traceparent']).toBe(
      `00-${delivered?.traceId}-${delivered?.spanId}-01`,
    )
  })
})

it('does not take the sending for a part of the request that woke it', async () => {
  const collector = await startCollector()
  const place = await openPlace({ settings: { otlp_endpoint: collector.url } })
  await place.deploy()
  await place.deploy()
  const delivered = await eventually(
    async () => collector.spans.filter(({ name }) => name === 'deliver deployment'),
    (spans) => spans.length === 2,
  )
  const requests = await eventually(
    async () => collector.spans.filter(({ name }) => name.endsWith('/deployments')),
    (spans) => spans.length === 2,
  )
  // A transaction each, and none of those that recorded the attempts.
  const transactions = collector.spans.filter(
    ({ name, traceId }) =>
      name === 'store.transaction' && requests.some((request) => request.traceId === traceId),
  )
  expect(transactions.length).toBe(2)
  expect(new Set(delivered.map(({ traceId }) => traceId)).size).toBe(2)
})

it('says nothing where the caller does not record, and nothing to receivers when it is off', async () => {
  const collector = await startCollector()
  const traced = await openPlace({ settings: { otlp_endpoint: collector.url } })
  await traced.deploy({ traceparent: traceparent.replace(/01$/, '00') })
  await eventually(
    async () => named(collector.spans, 'deliver deployment'),
    (span) => span !== undefined,
  )
  expect(collector.spans.filter(({ traceId }) => traceId === caller.traceId)).toEqual([])
  const plain = await openPlace()
  await plain.deploy({ traceparent })
  await eventually(
    async () => plain.receiver.received.length,
    (count) => count === 2,
  )
  expect(plain.receiver.received.filter(({ headers }) => 'traceparent' in headers)).toEqual([])
})

it('counts what a collector that refuses did not get, and answers requests all the same', async () => {
  const collector = await startCollector(() => 503)
  const place = await openPlace({ settings: { otlp_endpoint: collector.url } })
  expect((await place.deploy()).status).toBe(201)
  const dropped = async () =>
    (await scrape(place.metricsUrl, metricsToken)).find(
      ({ name }) => name === 'slipway_spans_dropped_total',
    )?.value ?? 0
  await eventually(dropped, (count) => count > 0)
})

const anySpan = (): Span => ({
  traceId: newTraceId(),
  spanId: newSpanId(),
  parentSpanId: undefined,
  name: 'any',
  kind: 'internal',
  startedAt: 1_800_000_000_000.25,
  endedAt: 1_800_000_000_001,
  attributes: {},
  links: [],
  isError: false,
})

describe('the exporter', () => {
  const open = (endpoint: string) => {
    const dropped = { count: 0 }
    const exporter = new SpanExporter({
      endpoint,
      version: '0',
      log: silentLog,
      onDropped: (count) => {
        dropped.count += count
      },
    })
    return { exporter, dropped }
  }

  it('sends in batches what is added at once, and the rest when it is closed', async () => {
    const collector = await startCollector()
    const { exporter, dropped } = open(collector.url)
    for (let n = 0; n < 1200; n++) exporter.add(anySpan())
    await exporter[Symbol.asyncDispose]()
    expect([collector.spans.length, collector.seen.requests, dropped.count]).toEqual([1200, 3, 0])
    expect(collector.spans[0]).toMatchObject({
      startTimeUnixNano: '1800000000000250000',
      endTimeUnixNano: '1800000000001000000',
    })
  })

  it('keeps so many and no more for a collector that hangs, and does not wait for it for long', async () => {
    const collector = await startCollector(() => 'never')
    const { exporter, dropped } = open(collector.url)
    for (let n = 0; n < 10_000; n++) exporter.add(anySpan())
    expect(dropped.count).toBeGreaterThan(5_000)
    expect(dropped.count).toBeLessThan(6_000)
    await exporter[Symbol.asyncDispose]()
    expect([collector.spans.length, dropped.count]).toEqual([0, 10_000])
  })
})
