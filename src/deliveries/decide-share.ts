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
