import type { Generated, Selectable } from 'kysely'

/** What happened, with the exact bytes that are sent. Never changed. */
type EventsTable = {
  id: Generated<number>
  /** Shared by every hook that receives the event, and kept on redelivery. */
  guid: string
  /** Null for what is about no repository: then `owner_id` says whose it is. */
  repository_id: number | null
  owner_id: Generated<number | null>
  name: string
  action: string | null
  /** Events with the same key reach a hook in order, e.g. `deployment:42`. */
  ordering_key: string | null
  /** Position within the ordering key, from 1. */
  sequence: number | null
  payload: Uint8Array
  /** `one` for what was told to one hook, or to those that asked, and is not in the feed. */
  audience: Generated<'all' | 'one'>
  created_at: string
}

/** What happened. */
export type EventTables = {
  events: EventsTable
}

export type EventRow = Selectable<EventsTable>
