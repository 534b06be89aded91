import type { DeliveryRow } from '../store/tables.ts'

/** Live is what just happened and its first retries; `retry` is later ones; `bulk` is what people asked for again. */
type Lane = DeliveryRow['lane']

/** A delivery that is to be sent, as the dispatcher holds it in memory. Times are milliseconds of the epoch. */
export type QueuedDelivery = {
  readonly id: number
  readonly hookId: number
  readonly orderingKey: string | null
  readonly nextAt: number
  /** Until when later deliveries of the same key wait for this one; null while it has not failed. */
  readonly holdUntil: number | null
  /** A bulk one overtakes, and lets others overtake, but is never sent beside its key. */
  readonly lane: Lane
}

/** A row as far as the dispatcher's memory needs it. */
export type QueuedRow = Pick<
  DeliveryRow,
  'id' | 'hook_id' | 'ordering_key' | 'state' | 'next_at' | 'hold_until' | 'lane'
>

export const queuedDeliveryOf = (row: QueuedRow): QueuedDelivery => ({
  id: row.id,
  hookId: row.hook_id,
  orderingKey: row.ordering_key,
  nextAt: Date.parse(row.next_at),
  holdUntil: row.hold_until === null ? null : Date.parse(row.hold_until),
  lane: row.lane,
})

/** What may be sent now, and which earlier deliveries of its key it leaves behind. */
export type Turn = {
  readonly delivery: QueuedDelivery
  readonly overtaken: readonly number[]
}

/** Whether a receiver is left alone for a while (delivery 4.6). Times are milliseconds of the epoch. */
export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number; readonly recent: Recent }
  /** Nothing is sent before `until`; after it one probe at a time. */
  | { readonly kind: 'open'; readonly until: number; readonly openings: number }

/** How attempts went since a moment not long ago. */
type Recent = {
  readonly since: number
  readonly attempts: number
  readonly failures: number
}

/** What is known of one hook's receiver: one object, which all of its attempts read and change. */
export type Health = { breaker: Breaker }

/** What a hook's secret is sealed for. */
export const secretContextOf = (repositoryId: number) => `hook secret of repository ${repositoryId}`

/** What the key of a hook's client certificate is sealed for. */
export const clientKeyContextOf = (repositoryId: number) =>
  `hook client key of repository ${repositoryId}`
