import type { LeaseTimes } from '../../src/delivery/leases/model.ts'

/** Short enough to see a lease run out. */
export const times: LeaseTimes = { leaseMs: 2_000, fenceMs: 1_400, renewMs: 300 }
