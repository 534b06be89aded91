/** A delivery that is to be sent, as the dispatcher holds it in memory. Times are milliseconds of the epoch. */
export type QueuedDelivery = {
  readonly id: number
  readonly hookId: number
  readonly orderingKey: string | null
  readonly nextAt: number
  /** Until when later deliveries of the same key wait for this one; null while it has not failed. */
  readonly holdUntil: number | null
  /** Asked for by a person: it overtakes, and lets others overtake, but is never sent beside its key. */
  readonly isReplay: boolean
}

/** What may be sent now, and which earlier deliveries of its key it leaves behind. */
export type Turn = {
  readonly delivery: QueuedDelivery
  readonly overtaken: readonly number[]
}

/** What a hook's secret is sealed for. */
export const secretContextOf = (repositoryId: number) => `hook secret of repository ${repositoryId}`
