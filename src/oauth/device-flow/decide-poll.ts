/** What is known of a device's request when the device asks whether it was granted. */
export type Waiting = {
  readonly state: 'pending' | 'authorized' | 'denied' | 'used'
  readonly interval_seconds: number
  readonly last_polled_at: string | null
  readonly expires_at: string
}

export type Refused =
  | { readonly kind: 'pending' | 'denied' | 'expired' | 'unknown' }
  /** Asked too soon: from now on it has to wait this long. */
  | { readonly kind: 'too_soon'; readonly interval_seconds: number }

const slowDownSeconds = 5
/** Two requests that left the right time apart may arrive closer together. */
const leewayMs = 1000

/** What to tell a device that asks (contract 7.7, RFC 8628 3.5). */
export function decidePoll(waiting: Waiting, now: Date): Refused | { readonly kind: 'authorized' } {
  const { state, interval_seconds, last_polled_at, expires_at } = waiting
  if (state === 'used') return { kind: 'unknown' }
  if (expires_at <= now.toISOString()) return { kind: 'expired' }
  const sinceMs = last_polled_at === null ? Infinity : now.getTime() - Date.parse(last_polled_at)
  if (sinceMs + leewayMs < interval_seconds * 1000) {
    return { kind: 'too_soon', interval_seconds: interval_seconds + slowDownSeconds }
  }
  return { kind: state }
}
