import type { Breaker } from './model.ts'

type AttemptFacts = {
  readonly isSuccess: boolean
  readonly startedAt: number
  readonly now: number
}

const failuresMax = 5
const recentMs = 60_000
const recentAttemptsMin = 20
const firstOpenMs = 10_000
const openMsMax = 600_000

export const closedBreaker: Breaker = {
  kind: 'closed',
  failures: 0,
  recent: { since: 0, attempts: 0, failures: 0 },
}

/**
 * The breaker after an attempt (delivery 4.6): five failures in a row, or half of at least twenty
 * within a minute, open it for ten seconds, and each probe that fails for twice as long as before,
 * up to ten minutes. Any success closes it.
 */
export function decideBreaker(before: Breaker, facts: AttemptFacts): Breaker {
  const { isSuccess, startedAt, now } = facts
  if (before.kind === 'open') {
    if (isSuccess) return closedBreaker
    // What was on its way when the breaker opened is no probe.
    return startedAt < before.until ? before : opened(before.openings + 1, now)
  }
  const failures = isSuccess ? 0 : before.failures + 1
  const isFresh = now - before.recent.since < recentMs
  const recent = isFresh ? before.recent : { since: now, attempts: 0, failures: 0 }
  const after = {
    since: recent.since,
    attempts: recent.attempts + 1,
    failures: recent.failures + (isSuccess ? 0 : 1),
  }
  const isMostlyFailing =
    after.attempts >= recentAttemptsMin && after.failures * 2 >= after.attempts
  if (!isSuccess && (failures >= failuresMax || isMostlyFailing)) return opened(1, now)
  return { kind: 'closed', failures, recent: after }
}

function opened(openings: number, now: number): Breaker {
  const openMs = Math.min(firstOpenMs * 2 ** (openings - 1), openMsMax)
  return { kind: 'open', until: now + openMs, openings }
}
