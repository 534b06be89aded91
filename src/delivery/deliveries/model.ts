import type { DeliveryRow } from '../../tables/hooks.ts'

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
export type Health = {
  breaker: Breaker
  /** What this process wrote last of the receiver's answers into the hook's row, for as long as it holds the hook. */
  lastResponse?: { readonly text: string; isDurable: boolean } | undefined
}

/** What a hook's secret is sealed for. */
export const secretContextOf = ({ type, id }: HookTarget) => `hook secret of ${type} ${id}`

type Told = {
  readonly payload: Uint8Array
  readonly owner_id: number | null
  readonly installation_id: number | null
}

/**
 * The JSON that a receiver gets. An event's bytes are stored once, and an App hears
 * besides by which installation it is told (contract 6.8): that is the last member,
 * put in whenever they are sent, from what the delivery's own row says, so that a
 * redelivery has the same bytes. What is about an owner names its installation itself.
 */
export function payloadFor({ payload, owner_id, installation_id }: Told): Uint8Array {
  if (installation_id === null || owner_id !== null) return payload
  const installation = { id: installation_id, node_id: installationNodeId(installation_id) }
  const member = `,"installation":${JSON.stringify(installation)}}`
  return Buffer.concat([payload.subarray(0, -1), Buffer.from(member)])
}

/** In webhooks GitHub still sends its older kind of id for an installation. */
const installationNodeId = (id: number): string =>
  Buffer.from(`023:IntegrationInstallation${id}`).toString('base64')

/** What the key of a hook's client certificate is sealed for. */
export const clientKeyContextOf = ({ type, id }: HookTarget) => `hook client key of ${type} ${id}`
