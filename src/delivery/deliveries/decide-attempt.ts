/** What becomes of a delivery after an attempt. */
export type AttemptDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: Date }
  | { readonly kind: 'exhausted' }
  /** The receiver says it is gone for good: this delivery ends, and so does the hook. */
  | { readonly kind: 'gone' }

export type AttemptFacts = {
  /** The status of the answer, or null when there was none. */
  readonly status: number | null
  /** The answer's `Retry-After`, as it came. */
  readonly retryAfter: string | null
  /** Attempts so far, this one included. */
  readonly attempts: number
  readonly now: Date
  /** From 0 up to 1, so that many receivers' retries do not fall on one moment. */
  readonly random: number
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The wait before each attempt, in milliseconds: about 75 hours in all (delivery 4.6). */
export const scheduleMs: readonly number[] = [
  0,
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

const retryAfterMsMax = 24 * hour
/** From here on the jitter halves the wait; a shorter wait is only ever lengthened. */
const equalJitterMsMin = 30 * second

/** Success is 200–299 and nothing else; only 410 ends the retries early (delivery 4.6). */
export function decideAttempt(facts: AttemptFacts): AttemptDecision {
  const { status, attempts, now, random } = facts
  if (status !== null && status >= 200 && status <= 299) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  const waitMs = scheduleMs[attempts]
  if (waitMs === undefined) return { kind: 'exhausted' }
  const delayMs = Math.max(withJitter(waitMs, random), askedDelayMsOf(facts))
  return { kind: 'retry', at: new Date(now.getTime() + delayMs) }
}

const withJitter = (waitMs: number, random: number) =>
  Math.round(
    waitMs >= equalJitterMsMin ? waitMs / 2 + (random * waitMs) / 2 : waitMs * (1 + random / 2),
  )

/** Seconds or a date (RFC 9110, 10.2.3) on 429 and 503. What makes no sense asks for nothing. */
function askedDelayMsOf({ status, retryAfter, now }: AttemptFacts): number {
  if (retryAfter === null || (status !== 429 && status !== 503)) return 0
  const isSeconds = /^\d{1,15}$/.test(retryAfter)
  const askedMs = isSeconds ? Number(retryAfter) * second : Date.parse(retryAfter) - now.getTime()
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(askedMs, 0), retryAfterMsMax)
}
