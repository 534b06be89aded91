/** A deployment that waits for its environment. */
export type Waiting = {
  readonly id: number
  readonly isRollback: boolean
  /** When it began to wait, in ms. */
  readonly since: number
  readonly waitMsMax: number
}

/** What is going on in one environment of a repository: one deployment runs at a time. */
export type Lane = {
  readonly runningId: number | null
  /** In the order in which they will start. */
  readonly waiting: readonly Waiting[]
  /** The highest id that was ever published there; 0 for none. */
  readonly publishedId: number
}

export type WhenBusy = 'queue' | 'replace_pending' | 'reject'

export type Arrival =
  | { readonly kind: 'superseded'; readonly by: number }
  | { readonly kind: 'rejected'; readonly busyWith: number }
  | {
      readonly kind: 'enqueued'
      /** Where in the line, 0 for the next to start. */
      readonly at: number
      readonly replaced: readonly number[]
    }

/** What happens to a deployment that arrives at a lane (agent 3.2: newer, older, rollback). */
export function decideArrival(lane: Lane, arriving: Waiting, whenBusy: WhenBusy): Arrival {
  if (arriving.isRollback) return enqueued(rollbackPlaceOf(lane))
  if (arriving.id < lane.publishedId) return { kind: 'superseded', by: lane.publishedId }
  const busyWith = lane.runningId ?? lane.waiting[0]?.id
  if (busyWith === undefined) return enqueued(0)
  if (whenBusy === 'reject') return { kind: 'rejected', busyWith }
  if (whenBusy === 'queue') return enqueued(placeOf(lane, arriving))
  const newer = lane.waiting.find(({ id, isRollback }) => !isRollback && id > arriving.id)
  if (newer !== undefined) return { kind: 'superseded', by: newer.id }
  const replaced = lane.waiting.filter(({ isRollback }) => !isRollback).map(({ id }) => id)
  return { kind: 'enqueued', at: lane.waiting.length - replaced.length, replaced }
}

const enqueued = (at: number): Arrival => ({ kind: 'enqueued', at, replaced: [] })

/** A rollback passes everyone but the rollbacks before it. */
const rollbackPlaceOf = ({ waiting }: Lane) => waiting.filter(({ isRollback }) => isRollback).length

/** Webhooks arrive out of order; ids do not lie. */
function placeOf({ waiting }: Lane, arriving: Waiting): number {
  const after = waiting.findIndex(({ id, isRollback }) => !isRollback && id > arriving.id)
  return after === -1 ? waiting.length : after
}

export type Start =
  | { readonly kind: 'start' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'superseded'; readonly by: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'locked' }

export type StartFacts = {
  readonly now: number
  readonly lane: Lane
  /** Whether the environment is locked, and what the rule says about that. */
  readonly locked: 'no' | 'reject' | 'queue'
  /** Whether the agent may run one more. */
  readonly hasRoom: boolean
}

/** What happens to the first in line now. */
export function decideStart(first: Waiting, { now, lane, locked, hasRoom }: StartFacts): Start {
  const isOld = !first.isRollback && first.id < lane.publishedId
  if (isOld) return { kind: 'superseded', by: lane.publishedId }
  if (now - first.since >= first.waitMsMax) return { kind: 'expired' }
  if (locked === 'reject') return { kind: 'locked' }
  if (lane.runningId !== null || locked === 'queue' || !hasRoom) return { kind: 'wait' }
  return { kind: 'start' }
}
