import { Problem } from '../../lib/problem.ts'
import type { Secret } from '../../lib/secret.ts'

export type Server = {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly url: string
  readonly token: Secret
  /** A JSON web token of the App that is asked about, where there is one. */
  readonly jwt?: Secret | undefined
}

export type Request = {
  readonly method: string
  /** Below the API's address, encoded, with its query. */
  readonly path: string
  readonly body?: string | undefined
  readonly accept?: string | undefined
  readonly etag?: string | undefined
  /** Who asks, where it is not whoever runs this. */
  readonly token?: 'none' | 'wrong' | Secret | undefined
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined when the text is no JSON. */
  readonly json: unknown
}

const requestMs = 15_000
const bodyBytesMax = 8 * 1024 * 1024

/** One request as it is: nothing is retried and no redirect is followed. Throws `unavailable` when nothing answers. */
export async function send(server: Server, request: Request): Promise<Answer> {
  const { method, path, body } = request
  try {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: headersOf(server, request),
      body: body ?? null,
      redirect: 'manual',
      signal: AbortSignal.timeout(requestMs),
    })
    const text = await readText(answer)
    return { status: answer.status, headers: answer.headers, text, json: jsonOf(text) }
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('unavailable', `${method} ${path} got no answer: ${reasonOf(cause)}`)
  }
}

/** GitHub demands a User-Agent (contract 8.9). */
function headersOf(server: Server, { body, accept, etag, token }: Request): Record<string, string> {
  const authorization = authorizationOf(token ?? server.token)
  return {
    accept: accept ?? 'application/vnd.github+json',
    'user-agent': 'slipway-conformance',
    'x-github-api-version': '2022-11-28',
    ...(authorization && { authorization }),
    ...(etag && { 'if-none-match': etag }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
}

function authorizationOf(token: NonNullable<Request['token']>): string | undefined {
  if (token === 'none') return undefined
  return `Bearer ${token === 'wrong' ? token : token.reveal()}`
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bodyBytesMax)
      throw new Problem('unavailable', `The answer is larger than ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not every answer is JSON; who expects it to be finds nothing here.
    return undefined
  }
}

/** What `fetch` says lies in the cause of what it throws. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}
