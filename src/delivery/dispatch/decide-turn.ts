import type { QueuedDelivery, Turn } from './model.ts'

export type TurnDecision =
  | ({ readonly kind: 'send' } & Turn)
  /** Nothing to send before this time. */
  | { readonly kind: 'wait'; readonly until: number }

/** Nobody passes a failed delivery while its receiver is being probed (delivery 4.6). */
type Passing = 'after_hold' | 'never'

/**
 * Which of one key's deliveries, oldest first and none in flight, may be sent (invariant I-4 of
 * delivery 4.1): the first that is due, unless an earlier one still holds the key.
 */
export function decideTurn(
  line: readonly QueuedDelivery[],
  now: number,
  passing: Passing = 'after_hold',
): TurnDecision {
  const overtaken: number[] = []
  let until = Number.POSITIVE_INFINITY
  for (const delivery of line) {
    if (delivery.nextAt <= now) return { kind: 'send', delivery, overtaken }
    until = Math.min(until, delivery.nextAt)
    const holdUntil = passing === 'never' ? null : delivery.holdUntil
    if (holdUntil === null || holdUntil > now) {
      return { kind: 'wait', until: Math.min(until, holdUntil ?? until) }
    }
    overtaken.push(delivery.id)
  }
  return { kind: 'wait', until }
}

/** How many requests a hook may have in flight before anything is known of it. */
export const shareAtFirst = 8
const shareMax = 32

/**
 * A hook's share after an attempt: one more for each success, half for a sign of distress, which is
 * no answer, 429 or a 5xx (delivery 4.5). A receiver that merely refuses keeps its share.
 */
export function decideShare(share: number, status: number | null): number {
  if (status === null || status === 429 || status >= 500) return Math.max(1, Math.floor(share / 2))
  return status >= 200 && status <= 299 ? Math.min(shareMax, share + 1) : share
}
