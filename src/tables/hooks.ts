import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

/** Of a repository, of an organisation or of an App: exactly one of the three is set. */
type HooksTable = {
  id: Generated<number>
  repository_id: number | null
  organization_id: Generated<number | null>
  app_id: Generated<number | null>
  active: Flag
  url: string
  content_type: 'form' | 'json'
  insecure_ssl: Flag
  /** Sealed with the server's secret key; null when the hook has none. */
  secret: string | null
  created_at: string
  updated_at: string
  disabled_at: string | null
  disabled_reason: string | null
  last_code: number | null
  last_status: string
  last_message: string | null
  /** JSON: which deployments it hears of; null is all. */
  filter: Generated<string | null>
  /** 1 where it is told of `inactive` statuses too, of which GitHub tells nobody. */
  hears_inactive: Generated<Flag>
  /** In which words it is told: the usual payloads, or CDEvents in place of them. */
  format: Generated<'github' | 'cdevents'>
}

/** What a hook listens to; `*` is everything. */
type HookEventsTable = {
  hook_id: number
  event: string
}

/** What a hook may have that GitHub's hooks do not; no row is none of it. */
type HookOptionsTable = {
  hook_id: number
  /** Whether requests are signed by that standard as well. */
  standard_webhooks: Flag
  /** Sealed; signs beside the new one until then. */
  previous_secret: string | null
  previous_secret_until: string | null
  /** PEM, what the receiver is shown when it asks who calls; its key is sealed. */
  client_certificate: string | null
  client_key: string | null
  /** How long an attempt may take; null for what is usual. */
  timeout_seconds: Generated<number | null>
  /** How many attempts a second it wants at most; null for no limit. */
  rate_per_second: Generated<number | null>
}

/** What the dispatcher remembers of a hook between runs, and which node of several sends for it. */
type HookStatesTable = {
  hook_id: number
  consecutive_failures: number
  first_failure_at: string | null
  last_success_at: string | null
  /** While it is not over nothing is sent; past it, one probe at a time. Null when the breaker is closed. */
  breaker_until: Generated<string | null>
  /** How often it opened since the last success. */
  breaker_openings: Generated<number>
  /** How many of the warnings about this run of failures were given. */
  warnings: Generated<number>
  /** A row of `nodes`, if any: one that is gone holds nothing. */
  lease_owner: string | null
  /** Counts the holders: whoever has an older number may not record outcomes any more. */
  lease_epoch: number
}

/** A process that sends, on a database that several share. */
type NodesTable = {
  id: string
  /** By the database's clock. */
  lease_until: string
}

/** An event for a hook. */
type DeliveriesTable = {
  id: Generated<number>
  event_id: number
  hook_id: number
  ordering_key: string | null
  /** The installation by which it reaches an App's hook: its receiver is told. */
  installation_id: Generated<number | null>
  state: 'pending' | 'held' | 'delivered' | 'exhausted' | 'expired' | 'cancelled' | 'too_large'
  attempts: number
  next_at: string
  /** Until when later deliveries of the same key wait for this one; set at its first failure. */
  hold_until: string | null
  /** 1 once a later delivery of the same key was sent before this one. */
  late: Flag
  lane: 'live' | 'retry' | 'bulk'
  created_at: string
  done_at: string | null
}

/** One POST. GitHub's "delivery id" is the id of an attempt. */
type AttemptsTable = {
  id: Generated<number>
  delivery_id: number
  hook_id: number
  n: number
  trigger: 'auto' | 'manual' | 'bulk'
  started_at: string
  duration_ms: number
  /** 0 when there was no answer. */
  status_code: number
  status: string
  error_class: string | null
  url: string
  request_headers: string
  response_headers: string
  response_body: Uint8Array
  body_bytes: number
  truncated: Flag
  remote_address: string | null
  reused_socket: Flag
}

/** Who listens, and what was sent to them. */
export type HookTables = {
  hooks: HooksTable
  hook_events: HookEventsTable
  hook_options: HookOptionsTable
  hook_states: HookStatesTable
  nodes: NodesTable
  deliveries: DeliveriesTable
  attempts: AttemptsTable
}

export type HookRow = Selectable<HooksTable>
export type HookOptionsRow = Selectable<HookOptionsTable>
export type DeliveryRow = Selectable<DeliveriesTable>
export type AttemptRow = Selectable<AttemptsTable>
