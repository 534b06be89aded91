import { type Dispatcher, errors } from 'undici'
import { ConnectFailure, codeOf } from './connecting.ts'
import type { Connection } from './connection.ts'
import type { Answer, Outcome } from './model.ts'

export type Exchanged = {
  readonly outcome: Outcome
  readonly isReused: boolean
  /** The receiver closed a kept connection as we wrote, so it has not seen the request. */
  readonly isStale: boolean
  /** Whether the connection may carry another request. */
  readonly isClean: boolean
}

/** Headers are names and values in turn. */
export type SentRequest = {
  readonly path: string
  readonly headers: string[]
  readonly body: Buffer
}

const bodyBytesMax = 64 * 1024
const keptBytesMax = 20 * 1024
/** 1xx answers before the real one; more is an attempt to keep us busy. */
const informationalMax = 32

/** One request on one connection, ending in exactly one outcome. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly ended: Promise<Exchanged>
  readonly #connection: Connection
  readonly #end: (exchanged: Exchanged) => void
  #controller: Dispatcher.DispatchController | null = null
  #isReused = false
  #hasAnswerBegun = false
  #informational = 0
  #head: Pick<Answer, 'status' | 'reason' | 'headers'> | null = null
  #kept: Buffer[] = []
  #bodyBytes = 0

  constructor(connection: Connection) {
    const { promise, resolve } = Promise.withResolvers<Exchanged>()
    this.ended = promise
    this.#end = resolve
    this.#connection = connection
  }

  start(request: SentRequest): void {
    this.#connection.client.dispatch({ method: 'POST', ...request }, this)
  }

  /** The deadline passed: an answer whose body still drips counts, silence is a time-out. */
  expire(): void {
    this.#finish(this.#head ? this.#answered(true) : { kind: 'timed_out' })
    this.#connection.destroy()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#isReused = this.#connection.countRequest()
  }

  onResponseStarted(): void {
    this.#hasAnswerBegun = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    if (status < 200) {
      this.#countInformational()
      return
    }
    this.#head = { status, reason, headers: headersOf(controller.rawHeaders) }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = keptBytesMax - Math.min(this.#bodyBytes, keptBytesMax)
    // A copy, since the chunk is a view of a buffer that is much larger.
    if (room > 0) this.#kept.push(Buffer.from(chunk.subarray(0, room)))
    this.#bodyBytes += chunk.length
    if (this.#bodyBytes > bodyBytesMax) this.#stop(this.#answered(true))
  }

  onResponseEnd(): void {
    this.#finish(this.#answered(this.#bodyBytes > keptBytesMax), { isClean: true })
  }

  onResponseError(_controller: unknown, error: Error): void {
    // An answer that broke off is an answer all the same: the receiver has said its status.
    const outcome = this.#head ? this.#answered(true) : outcomeOf(error)
    const isStale = outcome.kind === 'closed' && this.#isReused && !this.#hasAnswerBegun
    this.#finish(outcome, { isStale })
  }

  #countInformational(): void {
    this.#informational += 1
    if (this.#informational <= informationalMax) return
    this.#stop({ kind: 'invalid_response', reason: 'too many 1xx answers' })
  }

  #stop(outcome: Outcome): void {
    this.#finish(outcome)
    this.#controller?.abort(new Error(outcome.kind))
  }

  #answered(isTruncated: boolean): Outcome {
    const head = this.#head ?? { status: 0, reason: '', headers: [] }
    const body = Buffer.concat(this.#kept)
    return { kind: 'answered', answer: { ...head, body, bodyBytes: this.#bodyBytes, isTruncated } }
  }

  /** Only the first call counts: what comes after an abort is its echo. */
  #finish(outcome: Outcome, facts: Partial<Pick<Exchanged, 'isStale' | 'isClean'>> = {}): void {
    this.#end({ outcome, isReused: this.#isReused, isStale: false, isClean: false, ...facts })
  }
}

function headersOf(raw: Dispatcher.DispatchController['rawHeaders']): [string, string][] {
  if (!Array.isArray(raw)) return []
  const texts = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
  return texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '']] : []))
}

function outcomeOf(error: Error): Outcome {
  if (error instanceof ConnectFailure) return error.outcome
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return { kind: 'invalid_response', reason: error.message }
  }
  // undici names the answers that it does not accept in a SocketError: an unasked 100 or upgrade.
  if (error instanceof errors.SocketError && error.message.startsWith('bad ')) {
    return { kind: 'invalid_response', reason: error.message }
  }
  if (error instanceof errors.SocketError || closedCodes.includes(codeOf(error)))
    return { kind: 'closed' }
  return { kind: 'invalid_response', reason: error.message }
}

const closedCodes = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_SSL_BAD_RECORD_TYPE']
