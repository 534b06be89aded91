/** What follows for a hook from its failures in a row (delivery 4.6). */
export type HookEnd =
  | { readonly kind: 'go_on' }
  /** Somebody should be told, once: it has failed for this long. */
  | { readonly kind: 'warn'; readonly warnings: number; readonly hours: number }
  | { readonly kind: 'disable'; readonly reason: string }

type Failures = {
  readonly isGone: boolean
  /** Since the last success, this one included. */
  readonly failures: number
  readonly firstFailureAt: Date
  /** Warnings given since the last success. */
  readonly warnings: number
  readonly now: Date
}

const hourMs = 3_600_000
const warnAfterHours = [1, 24]
const disableAfterHours = 120
const failuresMin = 10

/** A receiver that says it is gone ends at once; one that only fails is given five days, and ten attempts. */
export function decideHookEnd(facts: Failures): HookEnd {
  if (facts.isGone) return { kind: 'disable', reason: 'The receiver answered 410 Gone' }
  const hours = (facts.now.getTime() - facts.firstFailureAt.getTime()) / hourMs
  if (hours >= disableAfterHours && facts.failures >= failuresMin) {
    const reason = `No attempt has succeeded for ${disableAfterHours} hours`
    return { kind: 'disable', reason }
  }
  const due = warnAfterHours.filter((after) => hours >= after)
  if (due.length <= facts.warnings) return { kind: 'go_on' }
  return { kind: 'warn', warnings: due.length, hours: due.at(-1) ?? 0 }
}
