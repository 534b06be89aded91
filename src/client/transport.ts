import { setTimeout as wait } from 'node:timers/promises'
import { Agent, type Dispatcher, errors, request as send } from 'undici'
import type { Secret } from '../lib/secret.ts'
import { decideRetry } from './decide-retry.ts'
import { explainRefusal } from './explain.ts'
import { ApiProblem } from './model.ts'

export type TransportOptions = {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string
  readonly token: Secret | undefined
  readonly userAgent: string
  /** Ends every request of this client. */
  readonly signal: AbortSignal | undefined
}

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the API's URL, encoded: `/repos/octo/docs/deployments`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** A body that is no JSON, as it is. */
  readonly bytes?: Uint8Array
  /** Asks for the answer only if it is another one than this: 304 otherwise. */
  readonly etag?: string | undefined
}

export type Answer = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

/** Sends one request: an answer below 400, or an `ApiProblem`. */
export type Transport = AsyncDisposable & ((request: ApiRequest) => Promise<Answer>)

const connectMs = 5000
const totalMs = 30_000
const bodyBytesMax = 16 * 1024 * 1024

export function openTransport(options: TransportOptions): Transport {
  const agent = new Agent({ connect: { timeout: connectMs }, connections: 16 })
  const transport = (request: ApiRequest) => sendWithRetries({ ...options, agent }, request)
  return Object.assign(transport, { [Symbol.asyncDispose]: () => agent.destroy() })
}

type Line = TransportOptions & { readonly agent: Agent }

async function sendWithRetries(line: Line, request: ApiRequest): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await sendOnce(line, request)
    if (!(outcome instanceof ApiProblem)) return outcome
    const waitMs = retryWaitMs(outcome, request.method, tries)
    if (waitMs === undefined) throw outcome
    // Being told to stop ends the wait; the next try then says so in our words.
    await wait(waitMs, undefined, line.signal ? { signal: line.signal } : {}).catch(() => undefined)
  }
}

/** A request that was cancelled or that ran out of time is not tried again. */
function retryWaitMs(problem: ApiProblem, method: string, tries: number): number | undefined {
  const { kind, status, retryAfterMs } = problem
  if (status === 0 && kind !== 'unreachable') return undefined
  return decideRetry({ method, tries, status, retryAfterMs, jitter: Math.random() })
}

const nameOf = ({ method, path }: ApiRequest) => `${method} ${path}`

async function sendOnce(line: Line, request: ApiRequest): Promise<Answer | ApiProblem> {
  const deadline = AbortSignal.timeout(totalMs)
  const signal = line.signal ? AbortSignal.any([deadline, line.signal]) : deadline
  try {
    const answer = await send(urlOf(line.apiUrl, request), {
      method: request.method,
      headers: headersOf(line, request),
      body: bodyOf(request),
      dispatcher: line.agent,
      signal,
    })
    const text = await readText(answer.body)
    const found = { status: answer.statusCode, headers: flatten(answer.headers), text }
    return found.status < 400 ? found : explainRefusal(nameOf(request), found)
  } catch (cause) {
    return explainFailure(line, request, { cause, deadline })
  }
}

const bodyOf = ({ body, bytes }: ApiRequest) =>
  body === undefined ? (bytes ?? null) : JSON.stringify(body)

function urlOf(apiUrl: string, { path, query }: ApiRequest): string {
  const given = Object.entries(query ?? {}).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  return `${apiUrl.replace(/\/+$/, '')}${path}${search}`
}

function headersOf(line: Line, request: ApiRequest): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    'user-agent': line.userAgent,
    'x-github-api-version': '2022-11-28',
    ...(line.token && { authorization: `Bearer ${line.token.reveal()}` }),
    ...(request.etag && { 'if-none-match': request.etag }),
    ...(request.body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...(request.bytes !== undefined && { 'content-type': 'text/plain; charset=utf-8' }),
  }
}

/** Repeated headers joined as RFC 9110 5.3 says: `Link` may be spread over several. */
function flatten(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const pairs = Object.entries(headers).filter((pair) => pair[1] !== undefined)
  return new Map(pairs.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]))
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new TooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

class TooLong extends Error {}

type Failure = { readonly cause: unknown; readonly deadline: AbortSignal }

function explainFailure(line: Line, request: ApiRequest, { cause, deadline }: Failure): ApiProblem {
  const server = new URL(line.apiUrl).host
  const where = `(${nameOf(request)})`
  const problem = (kind: ApiProblem['kind'], message: string) =>
    new ApiProblem(`${message} ${where}`, { kind, status: 0, cause })
  if (line.signal?.aborted) return problem('cancelled', 'Cancelled before the server answered')
  if (cause instanceof TooLong)
    return problem('unreadable', `${server} sent more than ${bodyBytesMax} bytes`)
  const isLate = deadline.aborted || cause instanceof errors.ConnectTimeoutError
  if (isLate) return problem('timed_out', `${server} did not answer in time`)
  return problem('unreachable', `Could not reach ${server}: ${reasonOf(cause)}`)
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause ? cause.code : undefined
  const known = { ECONNREFUSED: 'connection refused', ENOTFOUND: 'no such host' }
  const found = Object.entries(known).find(([name]) => name === code)
  return found?.[1] ?? (cause.message || String(code))
}
