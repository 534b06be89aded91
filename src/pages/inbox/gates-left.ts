import type { Gate } from './model.ts'

type Held = {
  /** What was said when it was held: all that it waited for then, as gates word it. */
  readonly said: string
  readonly lock: {
    readonly by: string
    readonly reason: string
    readonly until: string | null
  } | null
}

const timer = /^Waits until (\d{4}-\d\d-\d\dT[\d:.]+Z)$/

/**
 * What a deployment still waits for, as far as its list tells: what was said when it was held, without
 * timers that are over, and the lock that is there now. Its own page asks every gate anew.
 */
export function gatesLeft({ said, lock }: Held, now: Date): Gate[] {
  const reasons = said
    .split('; ')
    .filter((reason) => reason !== '' && !reason.startsWith('Locked by '))
  const gates = reasons.map((reason): Gate => {
    const until = timer.exec(reason)?.[1] ?? null
    return { reason: until ? 'Wait timer' : reason, until }
  })
  const own = lock ? [{ reason: `Locked by ${lock.by}: ${lock.reason}`, until: lock.until }] : []
  return [...gates, ...own].filter(
    ({ until }) => until === null || Date.parse(until) > now.getTime(),
  )
}
