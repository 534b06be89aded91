import { ApiProblem } from './model.ts'
import type { Answer } from './transport.ts'

/** The server's refusal as a sentence a person can act on. `request` names it: `GET /repos/o/r`. */
export function explainRefusal(request: string, answer: Answer): ApiProblem {
  const said = parseRefusal(answer.text)
  const retryAfterMs = retryAfterMsOf(answer, Date.now())
  const kind = retryAfterMs === undefined ? 'refused' : 'rate_limited'
  const message =
    kind === 'rate_limited' ? limited(said.message, retryAfterMs) : sentenceOf(answer.status, said)
  return new ApiProblem(`${message} (${request})`, {
    kind: answer.status === 503 ? 'refused' : kind,
    status: answer.status,
    said: said.message,
    errors: said.errors,
    documentation_url: said.documentation_url,
    request_id: answer.headers.get('x-github-request-id'),
    retryAfterMs,
  })
}

const limited = (message: string, retryAfterMs = 0) =>
  `The server's rate limit is used up; try again in ${Math.ceil(retryAfterMs / 1000)} s: ${message}`

function sentenceOf(status: number, said: Refusal): string {
  const details = said.errors.map(detailOf).filter(Boolean).join('; ')
  const message = details ? `${said.message}: ${details}` : said.message
  if (status === 401)
    return `The server does not accept the token; check that it is whole and has not expired: ${message}`
  if (status === 403) return `The token may not do this: ${message}`
  if (status === 404) return `Not found, or the token may not see it: ${message}`
  return `The server answered ${status}: ${message}`
}

/** GitHub's `errors` are sentences or field problems (contract 8.4). */
function detailOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  const { field, code, message }: { field?: unknown; code?: unknown; message?: unknown } = error
  return typeof message === 'string' ? message : [field, code].filter(Boolean).join(' ')
}

type Refusal = {
  readonly message: string
  readonly errors: readonly unknown[]
  readonly documentation_url: string | undefined
}

function parseRefusal(text: string): Refusal {
  const body = jsonOf(text)
  if (typeof body !== 'object' || body === null)
    return { message: 'no reason given', errors: [], documentation_url: undefined }
  const { message, errors, documentation_url }: Record<string, unknown> = { ...body }
  return {
    message: typeof message === 'string' ? message.trim() : 'no reason given',
    errors: Array.isArray(errors) ? errors : [],
    documentation_url: typeof documentation_url === 'string' ? documentation_url : undefined,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's own page, or nothing at all: the status alone must do.
    return undefined
  }
}

/** How long the server asks us to stay away: `Retry-After`, or the reset of a used-up limit (contract 8.7). */
export function retryAfterMsOf(
  answer: Pick<Answer, 'status' | 'headers'>,
  now: number,
): number | undefined {
  if (![403, 429, 503].includes(answer.status)) return undefined
  const after = answer.headers.get('retry-after')
  if (after !== undefined) return waitMsOf(after, now)
  const reset = Number(answer.headers.get('x-ratelimit-reset'))
  const isUsedUp = answer.headers.get('x-ratelimit-remaining') === '0' && reset > 0
  return isUsedUp ? Math.max(0, reset * 1000 - now) : undefined
}

/** `Retry-After` is seconds or a date (RFC 9110 10.2.3). */
function waitMsOf(after: string, now: number): number | undefined {
  const seconds = Number(after)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(after)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
