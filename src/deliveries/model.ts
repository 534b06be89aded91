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

/** Whose hook it is, in the words of `X-GitHub-Hook-Installation-Target-Type`: an App is an `integration`. */
export type HookTarget = {
  readonly type: 'repository' | 'organization' | 'integration'
  readonly id: number
}

type Owned = {
  readonly repository_id: number | null
  readonly organization_id: number | null
  readonly app_id: number | null
}

/** Exactly one of the columns is set. */
export function targetOf({ repository_id, organization_id, app_id }: Owned): HookTarget {
  if (repository_id !== null) return { type: 'repository', id: repository_id }
  if (organization_id !== null) return { type: 'organization', id: organization_id }
  return { type: 'integration', id: app_id ?? 0 }
}

/** What a hook's secret is sealed for. */
export const secretContextOf = ({ type, id }: HookTarget) => `hook secret of ${type} ${id}`
