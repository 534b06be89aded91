import { decideEntry, type Entry, quotaOf, usageAfter } from './decide-entry.ts'
import type { Asked, Caller, Limits, Quota, Resource, Usage } from './model.ts'

/** As GitHub's secondary limits ("Rate limits for the REST API"). */
export const secondaryLimits = { changesPerMinute: 80, concurrent: 100 } as const

/** A caller is about 300 bytes, so this is 30 MB when all the world has called. */
const callersMax = 100_000

/**
 * Counts requests in memory: a restart forgives. It forgets the caller that was quiet for
 * longest when there are too many, so a flood of addresses costs no more than this.
 */
export type RateLimiter = {
  /** Every admitted request must `leave`. */
  enter(asked: Asked): Entry
  /** `isFree`: it shall not have counted. */
  leave(asked: Asked, isFree: boolean): void
  quota(caller: Caller, resource: Resource): Quota
}

type Options = { readonly now: () => Date; readonly callersMax?: number }

export function openRateLimiter(limits: Limits, options: Options): RateLimiter {
  const { now } = options
  const usages = new Map<string, Usage>()
  const usageOf = (caller: Caller) => usages.get(keyOf(caller)) ?? { running: 0 }

  /** The last in the map is whoever called last. */
  function keep(caller: Caller, usage: Usage): void {
    const key = keyOf(caller)
    usages.delete(key)
    usages.set(key, usage)
    const [quietest] = usages.size > (options.callersMax ?? callersMax) ? usages.keys() : []
    if (quietest !== undefined) usages.delete(quietest)
  }

  return {
    enter(asked) {
      const entry = decideEntry(limits, usageOf(asked.caller), asked, now().getTime())
      if (entry.kind === 'admit') keep(asked.caller, entry.usage)
      return entry
    },
    leave({ caller, resource }, isFree) {
      keep(caller, usageAfter(usageOf(caller), resource, isFree))
    },
    quota(caller, resource) {
      return quotaOf(limits, usageOf(caller), { caller, resource }, now().getTime())
    },
  }
}

const keyOf = (caller: Caller): string =>
  caller.kind === 'address' ? `address ${caller.address}` : `${caller.kind} ${caller.id}`
