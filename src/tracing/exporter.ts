import { request } from 'undici'
import type { Log } from '../lib/log.ts'
import type { Span } from './model.ts'
import { otlpRequest } from './otlp.ts'

/** More than this are dropped: whoever is traced never waits for a collector. */
const queueMax = 4096
const batchMax = 512
const sendAfterMs = 500
const answerWithinMs = 5_000
const lastSendMs = 2_000

type Options = {
  /** As in `OTEL_EXPORTER_OTLP_ENDPOINT`, e.g. `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly version: string
  readonly log: Log
  readonly onDropped: (count: number) => void
}

/** Sends spans to a collector by OTLP over HTTP, in batches, one after another. What cannot be sent is dropped and counted. */
export class SpanExporter implements AsyncDisposable {
  readonly #options: Options
  readonly #queue: Span[] = []
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  readonly #closing = new AbortController()
  #isFailing = false

  constructor(options: Options) {
    this.#options = options
  }

  add(span: Span): void {
    if (this.#queue.length >= queueMax) {
      this.#options.onDropped(1)
      return
    }
    this.#queue.push(span)
    if (this.#queue.length >= batchMax) this.#send()
    else this.#timer ??= setTimeout(() => this.#send(), sendAfterMs).unref()
  }

  /** What waits is sent, if the collector takes it soon. */
  async [Symbol.asyncDispose](): Promise<void> {
    const deadline = setTimeout(() => this.#closing.abort(), lastSendMs)
    await this.#sending
    while (this.#queue.length > 0) await this.#post(this.#queue.splice(0, batchMax))
    clearTimeout(deadline)
    clearTimeout(this.#timer)
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
  }

  async #sendAll(): Promise<void> {
    const rest = this.#queue.length
    for (let sent = 0; sent < rest; sent += batchMax) {
      await this.#post(this.#queue.splice(0, batchMax))
    }
    if (this.#queue.length > 0) this.#timer ??= setTimeout(() => this.#send(), sendAfterMs).unref()
  }

  async #post(spans: readonly Span[]): Promise<void> {
    const { endpoint, version, log, onDropped } = this.#options
    try {
      const { statusCode, body } = await request(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(otlpRequest(spans, version)),
        signal: AbortSignal.any([AbortSignal.timeout(answerWithinMs), this.#closing.signal]),
      })
      await body.dump()
      if (statusCode >= 300) throw new Error(`The collector answers ${statusCode}`)
      this.#isFailing = false
    } catch (error) {
      onDropped(spans.length)
      // Once, and not with each batch while it is away.
      if (!this.#isFailing) log.warn({ err: error, endpoint }, 'tracing.unsent')
      this.#isFailing = true
    }
  }
}
