/** What is known after one try of a request. */
export type Tried = {
  readonly method: string
  /** Tries made so far, this one included. */
  readonly tries: number
  /** The answer's status; 0 when the connection broke before an answer. */
  readonly status: number
  /** What the server asked for by `Retry-After` or `X-RateLimit-Reset`. */
  readonly retryAfterMs: number | undefined
  /** A number in 0…1 that spreads clients over time. */
  readonly jitter: number
}

const triesMax = 4
const backoffMs = 250
/** Longer waits are the caller's decision: it has other things to do meanwhile. */
const waitMsMax = 10_000

const passing = [0, 502, 503, 504]

/**
 * How long to wait before trying again, or `undefined` to give up. Only reads are
 * repeated: a POST whose answer was lost may have been done. A rate-limited answer
 * was not done, whatever the method (contract 8.7).
 */
export function decideRetry(tried: Tried): number | undefined {
  if (tried.tries >= triesMax) return undefined
  const isLimited = tried.retryAfterMs !== undefined && [403, 429].includes(tried.status)
  const isSafe = tried.method === 'GET' && passing.includes(tried.status)
  if (!isLimited && !isSafe) return undefined
  const waitMs = tried.retryAfterMs ?? backoffMs * 2 ** (tried.tries - 1)
  if (waitMs > waitMsMax) return undefined
  return Math.round(waitMs + tried.jitter * backoffMs)
}
