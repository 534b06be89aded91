import { AsyncLocalStorage } from 'node:async_hooks'
import type { App, EventSeen } from '../app.ts'
import {
  contextOfEvent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type TraceContext,
} from '../trace-context/trace-context.ts'
import { SpanExporter } from './exporter.ts'
import type { Attributes, Span } from './model.ts'
import { attemptSpan, eventSpan, gitSpan, nowMs } from './spans.ts'
import { tracedGit, tracedStore } from './traced-parts.ts'

/** What is under way: everything that begins within it is its child. */
export type Scope = TraceContext & {
  readonly parentSpanId: string | undefined
  readonly startedAt: number
  /** The events that it caused, which are traces of their own; those of a child are its parent's as well. */
  readonly links: TraceContext[]
}

type End = { readonly name: string; readonly attributes: Attributes; readonly isError: boolean }

/** A request that causes more events than this links to the first of them. */
const linksMax = 64

/**
 * Tells a collector what happened: a span for each request with its transactions and its git, and
 * for each event a trace of its own, whose id is the event's GUID, with a span for each attempt.
 */
export class Tracing implements AsyncDisposable {
  readonly #exporter: SpanExporter
  readonly #current = new AsyncLocalStorage<Scope>()

  constructor({ signals, log }: Pick<App, 'signals' | 'log'>, endpoint: string, version: string) {
    const onDropped = (count: number) => signals.emit('spansDropped', count)
    this.#exporter = new SpanExporter({ endpoint, version, log, onDropped })
    signals.on('event', (seen) => this.#addEvent(seen))
    signals.on('attempt', (seen) => this.#exporter.add(attemptSpan(seen)))
    signals.on('git', (seen) => {
      // Over HTTP it is within its request.
      if (seen.transport === 'ssh') this.#exporter.add(gitSpan(seen))
    })
  }

  /** The app, with spans for what requests ask of its store and its git; receivers are told where they are. */
  traced(app: App): App {
    const within = this.within.bind(this)
    const store = tracedStore(app.store, within)
    return { ...app, store, git: tracedGit(app.git, within), sendsTraceparent: true }
  }

  /** Undefined where the caller says that it records nothing. */
  begin(traceparent: string): Scope | undefined {
    const caller = parseTraceparent(traceparent)
    if (caller && !caller.isSampled) return undefined
    return scopeWithin(caller)
  }

  run<T>(scope: Scope, act: () => T): T {
    return this.#current.run(scope, act)
  }

  end(scope: Scope, { name, attributes, isError }: End): void {
    this.#add(scope, { name, attributes, isError, kind: 'server' })
  }

  /** A part of what is under way, if it is a promise; nothing is told of one that stands alone. */
  within<R>(name: string, act: () => R): R {
    const parent = this.#current.getStore()
    if (!parent) return act()
    const scope = { ...scopeWithin(parent), links: parent.links }
    const result = this.run(scope, act)
    if (result instanceof Promise) this.#endWith(result, { ...scope, links: [] }, name)
    return result
  }

  #endWith(result: Promise<unknown>, scope: Scope, name: string): void {
    const end = (isError: boolean) =>
      this.#add(scope, { name, attributes: {}, isError, kind: 'internal' })
    result.then(
      () => end(false),
      () => end(true),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exporter[Symbol.asyncDispose]()
  }

  #add(scope: Scope, rest: End & Pick<Span, 'kind'>): void {
    this.#exporter.add({ ...scope, ...rest, endedAt: nowMs() })
  }

  #addEvent(seen: EventSeen): void {
    const cause = this.#current.getStore()
    if (cause && cause.links.length < linksMax) cause.links.push(contextOfEvent(seen.guid))
    this.#exporter.add(eventSpan(seen, cause))
  }
}

const scopeWithin = (parent: TraceContext | undefined): Scope => ({
  traceId: parent?.traceId ?? newTraceId(),
  spanId: newSpanId(),
  parentSpanId: parent?.spanId,
  startedAt: nowMs(),
  links: [],
})
