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
  /** `one` for what was told to one hook, or to those that asked; `pages` for what open pages alone hear of. */
  audience: Generated<'all' | 'one' | 'pages'>
  created_at: string
}

/** Who did what. Rows are added and chained, and nothing else: triggers refuse the rest. */
type AuditEntriesTable = {
  id: Generated<number>
  /** Its place in the chain, from 1; null for the moment until it is chained. */
  position: Generated<number | null>
  /** SHA-256 over the hash before it and what it says, hex. */
  hash: Generated<string | null>
  created_at: string
  /** `deployment.create`: what was done, or refused. */
  action: string
  /** `operator`: by a command on the machine. `system`: by nobody's request, as when a time is over. */
  actor_kind: 'user' | 'app' | 'operator' | 'system' | 'anonymous'
  /** Their login then. None of the ids is a foreign key: the entry outlives what it is about. */
  actor: string | null
  actor_id: number | null
  token_kind: string | null
  /** Of a session its id. */
  token_id: number | null
  /** The GitHub App that acted, for the actor or as its own bot. */
  app_id: number | null
  address: string | null
  user_agent: string | null
  request_id: string | null
  /** Whose affair it was. */
  owner_id: number | null
  repository_id: number | null
  /** `octo/hello`, as it was called then. */
  repository: string | null
  environment: string | null
  /** What it was done to, in words: `deployment 42`. */
  subject: string | null
  /** Why it was refused; null for what was done. */
  refusal: string | null
  /** JSON, and never a secret. */
  before: string | null
  after: string | null
}

/** What happened, and who did it. */
export type EventTables = {
  events: EventsTable
  audit_entries: AuditEntriesTable
}

export type EventRow = Selectable<EventsTable>
export type AuditEntryRow = Selectable<AuditEntriesTable>

/** On whose behalf something is done, and from where. */
export type Who = Pick<
  AuditEntryRow,
  | 'actor_kind'
  | 'actor'
  | 'actor_id'
  | 'token_kind'
  | 'token_id'
  | 'app_id'
  | 'address'
  | 'user_agent'
  | 'request_id'
>
