import type { App } from '../../app.ts'
import type { Leases, LeaseTimes } from './model.ts'
import { NodeLeases } from './node-leases.ts'
import { findLivingNode, findPendingHooks } from './queries.ts'

export type LeasesApp = Pick<App, 'store' | 'log' | 'signals'>

/** As delivery 4.4 has them. */
const usualTimes: LeaseTimes = { leaseMs: 20_000, fenceMs: 15_000, renewMs: 5_000 }
const readAllMs = 60_000

/** What this process may send for: everything, or, on a database that several share, what it gets hold of. */
export function openLeases(app: LeasesApp, times: LeaseTimes = usualTimes): Leases {
  const { sharedUrl } = app.store
  return sharedUrl === null ? everything(app) : new NodeLeases({ app, url: sharedUrl, times })
}

/** Whether a process sends for hooks of a database that several share, or did until a moment ago. */
export async function isAnyNodeAlive({ sharedUrl, read }: App['store']): Promise<boolean> {
  return sharedUrl !== null && (await read.first(findLivingNode, {})) !== undefined
}

/** For a file that one process holds: the rows' epochs stay at nought. */
function everything({ store }: LeasesApp): Leases {
  return {
    claim: async () => (await store.read.all(findPendingHooks, {})).map(({ hook_id }) => hook_id),
    claimEveryMs: readAllMs,
    findEpoch: () => 0,
    count: () => null,
    lose: () => undefined,
    giveBack: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
