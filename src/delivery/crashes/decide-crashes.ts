/** What one process knew when a bug ended it: which deliveries were in flight. */
export type Crash = {
  readonly at: string
  readonly error: string
  readonly deliveries: readonly number[]
}

/** How to begin after processes that ended so, the newest last. */
export type Start = {
  /** One request at a time, so that a next crash names one culprit. */
  readonly isCareful: boolean
  /** Deliveries that are not to be sent again by themselves. */
  readonly guilty: readonly number[]
}

const crashesUntilGuilty = 3

/** A delivery is guilty that was in flight at each of the last three crashes (D10 of delivery 5). */
export function decideStart(crashes: readonly Crash[]): Start {
  const last = crashes.slice(-crashesUntilGuilty)
  const [first, ...others] = last
  if (!first) return { isCareful: false, guilty: [] }
  if (last.length < crashesUntilGuilty) return { isCareful: true, guilty: [] }
  const inAll = first.deliveries.filter((id) =>
    others.every(({ deliveries }) => deliveries.includes(id)),
  )
  return { isCareful: true, guilty: inAll }
}
