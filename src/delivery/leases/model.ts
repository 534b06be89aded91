/** For which hooks this process may send. */
export type Leases = AsyncDisposable & {
  /** Takes what is pending and nobody's; gives the hooks whose deliveries should be read now. */
  claim(): Promise<readonly number[]>
  /** How often `claim` is worth calling when nothing is heard. */
  readonly claimEveryMs: number
  /** The number under which the hook is held at this moment; undefined when it is not, or may no longer be. */
  findEpoch(hookId: number): number | undefined
  /** How many hooks this process holds; null where all are its own. */
  count(): number | null
  /** What was held under this number turned out to be another's. */
  lose(hookId: number, epoch: number): void
  /** Others may have these. */
  giveBack(hookIds: readonly number[]): Promise<void>
}

/** How long a node that says nothing keeps what it holds, and how early it stops by itself. */
export type LeaseTimes = {
  readonly leaseMs: number
  readonly fenceMs: number
  readonly renewMs: number
}

/**
 * The memory that the keeper's thread shares with the node: the moment at which sending must stop
 * (nanoseconds of the monotonic clock), how often the lease has lapsed and been begun anew, and when
 * the node's event loop last ran.
 */
export const shared = { fenceAt: 0, incarnation: 1, beatAt: 2, slots: 3 } as const

/** What others are told on the database's channel: a hook that was changed, or that there are deliveries. */
export type Notice =
  | { readonly kind: 'deliveries' }
  | { readonly kind: 'hook'; readonly id: number }

export const textOf = (notice: Notice) => (notice.kind === 'hook' ? String(notice.id) : '')

export const parseNotice = (text: string): Notice =>
  /^\d{1,15}$/.test(text) ? { kind: 'hook', id: Number(text) } : { kind: 'deliveries' }

/** A node's name in one life of its lease: what it held before a lapse is not its own any more. */
export const nodeIdOf = (name: string, incarnation: bigint) => `${name}.${incarnation}`
