import type { Outcome } from './model.ts'

/** What becomes of a delivery after an attempt. */
export type AttemptDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: Date }
  | { readonly kind: 'exhausted' }
  /** The receiver says it is gone for good: this delivery ends, and so does the hook. */
  | { readonly kind: 'gone' }

export type AttemptFacts = {
  readonly outcome: Outcome
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
export function decideAttempt({ outcome, attempts, now, random }: AttemptFacts): AttemptDecision {
  if (isDelivered(outcome)) return { kind: 'delivered' }
  if (outcome.kind === 'answered' && outcome.answer.status === 410) return { kind: 'gone' }
  const waitMs = scheduleMs[attempts]
  if (waitMs === undefined) return { kind: 'exhausted' }
  const delayMs = Math.max(withJitter(waitMs, random), retryAfterMsOf(outcome, now))
  return { kind: 'retry', at: new Date(now.getTime() + delayMs) }
}

export const isDelivered = (outcome: Outcome) =>
  outcome.kind === 'answered' && outcome.answer.status >= 200 && outcome.answer.status <= 299

const withJitter = (waitMs: number, random: number) =>
  Math.round(
    waitMs >= equalJitterMsMin ? waitMs / 2 + (random * waitMs) / 2 : waitMs * (1 + random / 2),
  )

/** Seconds or a date (RFC 9110, 10.2.3) on 429 and 503. What makes no sense asks for nothing. */
function retryAfterMsOf(outcome: Outcome, now: Date): number {
  if (outcome.kind !== 'answered' || ![429, 503].includes(outcome.answer.status)) return 0
  const [, value = ''] =
    outcome.answer.headers.find(([name]) => name.toLowerCase() === 'retry-after') ?? []
  const askedMs = /^\d{1,15}$/.test(value)
    ? Number(value) * second
    : Date.parse(value) - now.getTime()
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(askedMs, 0), retryAfterMsMax)
}
