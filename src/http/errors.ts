import { Problem, type ProblemCode } from '../lib/problem.ts'
import type { Answer } from './answer.ts'

/** The one table that maps a Problem to HTTP. */
const statusOf = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  unavailable: 503,
} as const satisfies Record<ProblemCode, number>

const retryAfterSeconds = '5'

/** GitHub's JSON for a failure (contract 8.4). A bug tells the caller nothing. */
export function answerFor(error: unknown, documentationUrl: string): Answer {
  if (!(error instanceof Problem)) return { status: 500, body: { message: 'Server Error' } }
  const status = statusOf[error.code]
  const body = {
    message: error.message,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
    documentation_url: documentationUrl,
    status: String(status),
    ...error.more,
  }
  const headers: Record<string, string> = status === 503 ? { 'retry-after': retryAfterSeconds } : {}
  return { status, body, headers }
}
