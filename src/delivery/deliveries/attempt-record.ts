import type { Attempt, HookRequest, Outcome } from '../sender/model.ts'
import type { NewAttempt } from './queries.ts'

type Recorded = Omit<NewAttempt, 'delivery_id' | 'hook_id' | 'n' | 'trigger' | 'started_at'>

/** An attempt in the columns of its row. Headers are JSON lists of pairs, since a name may come twice. */
export function attemptColumnsOf(request: HookRequest, attempt: Attempt): Recorded {
  const { outcome } = attempt
  const answer = outcome.kind === 'answered' ? outcome.answer : null
  return {
    duration_ms: attempt.durationMs,
    status_code: answer?.status ?? 0,
    status: statusOf(outcome),
    error_class: errorClassOf(outcome),
    url: request.url,
    request_headers: JSON.stringify(request.headers),
    response_headers: JSON.stringify(answer?.headers ?? []),
    response_body: answer?.body ?? Buffer.alloc(0),
    body_bytes: answer?.bodyBytes ?? 0,
    truncated: answer?.isTruncated ? 1 : 0,
    remote_address: attempt.remoteAddress,
    reused_socket: attempt.isReused ? 1 : 0,
  }
}

/** What GitHub calls the status of a delivery (contract 6.5). */
function statusOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return isSuccess(outcome.answer.status)
        ? 'OK'
        : `Invalid HTTP Response: ${outcome.answer.status}`
    case 'timed_out':
      return 'timed out'
    case 'invalid_response':
      return 'Invalid HTTP Response: malformed'
    case 'closed':
      return 'Invalid HTTP Response: none'
    case 'connect_refused':
    case 'unreachable':
    case 'dns_failed':
    case 'tls_failed':
    case 'forbidden_address':
    case 'proxy_failed':
      return 'failed to connect'
  }
}

const errorClassOf = (outcome: Outcome): string | null => {
  if (outcome.kind === 'answered') return null
  return outcome.kind === 'dns_failed' ? `dns_${outcome.reason}` : outcome.kind
}

/** A hook's `last_response` (contract 6.3). */
export function lastResponseOf(outcome: Outcome): {
  code: number | null
  status: string
  message: string
} {
  const message = statusOf(outcome)
  if (outcome.kind === 'timed_out') return { code: null, status: 'timeout', message }
  if (outcome.kind !== 'answered') return { code: null, status: 'connection_error', message }
  const { status } = outcome.answer
  return { code: status, status: isSuccess(status) ? 'active' : 'misconfigured', message }
}

const isSuccess = (status: number) => status >= 200 && status <= 299
