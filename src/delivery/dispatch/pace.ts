const secondMs = 1000

/**
 * How fast a receiver wants to be sent to: a bucket that holds what may be sent in one second and fills
 * up evenly. Whoever sends for the hook next begins with a full one, so that the rate is exceeded by
 * one burst at most when a hook changes hands.
 */
export class Pace {
  #rate: number | null = null
  #left = 0
  #at = 0

  /** Null for as fast as may be. What was sent lately still counts. */
  set(ratePerSecond: number | null): void {
    if (ratePerSecond === this.#rate) return
    this.#left =
      this.#rate === null ? (ratePerSecond ?? 0) : Math.min(this.#left, ratePerSecond ?? 0)
    this.#rate = ratePerSecond
  }

  /** When the next may be sent: not after `now` where it may be at once. */
  readyAt(now: number): number {
    if (this.#rate === null) return now
    this.#fill(this.#rate, now)
    return this.#left >= 1 ? now : now + Math.ceil(((1 - this.#left) * secondMs) / this.#rate)
  }

  take(): void {
    if (this.#rate !== null) this.#left -= 1
  }

  #fill(rate: number, now: number): void {
    const passedMs = Math.max(now - this.#at, 0)
    this.#left = Math.min(rate, this.#left + (passedMs * rate) / secondMs)
    this.#at = now
  }
}
