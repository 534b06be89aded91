import type { Generated, Selectable } from 'kysely'
import type {
  BranchProtectionsTable,
  CheckAnnotationsTable,
  CheckPreferencesTable,
  CheckRunsTable,
  CheckSettingsTable,
  CheckSuitesTable,
  DeploymentBranchPoliciesTable,
  DeploymentProtectionRulesTable,
  DeploymentReviewsTable,
  DeploymentStatusesTable,
  DeploymentsTable,
  EnvironmentLocksTable,
  EnvironmentReviewersTable,
  EnvironmentRulesTable,
  EnvironmentsTable,
  Flag,
  HeldDeploymentsTable,
  KeyPairsTable,
  SecretsTable,
  SelectedRepositoriesTable,
  TeamAncestorsTable,
  TeamMembersTable,
  TeamRepositoriesTable,
  TeamsTable,
  VariablesTable,
} from './deployment-tables.ts'
import type {
  AccountsTable,
  AppKeysTable,
  AppManifestsTable,
  AppsTable,
  DeviceCodesTable,
  InstallationRepositoriesTable,
  InstallationsTable,
  MembershipsTable,
  OauthAppsTable,
  OauthCodesTable,
  OauthGrantsTable,
  SessionsTable,
  TokenRepositoriesTable,
  TokensTable,
  TriesTable,
} from './identity-tables.ts'

/**
 * The data dictionary. Columns are integer and text (and blob for bytes), so a
 * row reads the same from either engine: booleans are 0 and 1, times are
 * ISO-8601 UTC text (they sort as text), structured values are JSON text. A
 * `…_key` column is its neighbour in lower case: names that ignore case are
 * looked up by key and shown as given.
 */
export type Tables = {
  accounts: AccountsTable
  memberships: MembershipsTable
  tokens: TokensTable
  token_repositories: TokenRepositoriesTable
  apps: AppsTable
  app_keys: AppKeysTable
  app_manifests: AppManifestsTable
  installations: InstallationsTable
  installation_repositories: InstallationRepositoriesTable
  oauth_apps: OauthAppsTable
  oauth_grants: OauthGrantsTable
  oauth_codes: OauthCodesTable
  device_codes: DeviceCodesTable
  sessions: SessionsTable
  tries: TriesTable
  repositories: RepositoriesTable
  repository_redirects: RepositoryRedirectsTable
  collaborators: CollaboratorsTable
  deploy_keys: DeployKeysTable
  environments: EnvironmentsTable
  environment_rules: EnvironmentRulesTable
  environment_reviewers: EnvironmentReviewersTable
  environment_locks: EnvironmentLocksTable
  deployment_protection_rules: DeploymentProtectionRulesTable
  held_deployments: HeldDeploymentsTable
  deployment_reviews: DeploymentReviewsTable
  deployment_branch_policies: DeploymentBranchPoliciesTable
  branch_protections: BranchProtectionsTable
  key_pairs: KeyPairsTable
  secrets: SecretsTable
  variables: VariablesTable
  deployments: DeploymentsTable
  deployment_statuses: DeploymentStatusesTable
  commit_statuses: CommitStatusesTable
  check_suites: CheckSuitesTable
  check_runs: CheckRunsTable
  check_annotations: CheckAnnotationsTable
  check_preferences: CheckPreferencesTable
  check_settings: CheckSettingsTable
  hooks: HooksTable
  hook_events: HookEventsTable
  hook_options: HookOptionsTable
  hook_states: HookStatesTable
  nodes: NodesTable
  events: EventsTable
  deliveries: DeliveriesTable
  attempts: AttemptsTable
  settings: SettingsTable
  teams: TeamsTable
  team_ancestors: TeamAncestorsTable
  team_members: TeamMembersTable
  team_repositories: TeamRepositoriesTable
  selected_repositories: SelectedRepositoriesTable
}

type RepositoriesTable = {
  id: Generated<number>
  owner_id: number
  name: string
  name_key: string
  private: Flag
  description: string | null
  homepage: string | null
  default_branch: string
  archived: Flag
  created_at: string
  updated_at: string
  pushed_at: string | null
}

/** Where a renamed repository went. */
type RepositoryRedirectsTable = {
  owner_id: number
  name_key: string
  repository_id: number
}

type CollaboratorsTable = {
  repository_id: number
  account_id: number
  permission: 'pull' | 'push' | 'admin'
}

type DeployKeysTable = {
  id: Generated<number>
  repository_id: number
  title: string
  /** `type base64`, without the comment. */
  key: string
  /** `SHA256:…`, once per instance. */
  fingerprint: string
  read_only: Flag
  created_at: string
  last_used: string | null
  added_by_id: number | null
  /** The token that created it; the key goes when the token goes. */
  token_id: number | null
}

type CommitStatusesTable = {
  id: Generated<number>
  repository_id: number
  sha: string
  creator_id: number | null
  state: 'error' | 'failure' | 'pending' | 'success'
  context: string
  context_key: string
  description: string | null
  target_url: string | null
  created_at: string
  updated_at: string
}

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

type SettingsTable = {
  name: string
  value: string
}

export type AccountRow = Selectable<AccountsTable>
export type TokenRow = Selectable<TokensTable>
export type AppRow = Selectable<AppsTable>
export type AppKeyRow = Selectable<AppKeysTable>
export type InstallationRow = Selectable<InstallationsTable>
export type OauthAppRow = Selectable<OauthAppsTable>
export type OauthGrantRow = Selectable<OauthGrantsTable>
export type OauthCodeRow = Selectable<OauthCodesTable>
export type DeviceCodeRow = Selectable<DeviceCodesTable>
export type SessionRow = Selectable<SessionsTable>
export type TryRow = Selectable<TriesTable>
export type RepositoryRow = Selectable<RepositoriesTable>
export type DeployKeyRow = Selectable<DeployKeysTable>
export type EnvironmentRow = Selectable<EnvironmentsTable>
export type EnvironmentRuleRow = Selectable<EnvironmentRulesTable>
export type BranchProtectionRow = Selectable<BranchProtectionsTable>
export type DeploymentBranchPolicyRow = Selectable<DeploymentBranchPoliciesTable>
export type KeyPairRow = Selectable<KeyPairsTable>
export type SecretRow = Selectable<SecretsTable>
export type VariableRow = Selectable<VariablesTable>
export type DeploymentRow = Selectable<DeploymentsTable>
export type DeploymentStatusRow = Selectable<DeploymentStatusesTable>
export type CommitStatusRow = Selectable<CommitStatusesTable>
export type CheckSuiteRow = Selectable<CheckSuitesTable>
export type CheckRunRow = Selectable<CheckRunsTable>
export type HookRow = Selectable<HooksTable>
export type HookOptionsRow = Selectable<HookOptionsTable>
export type EventRow = Selectable<EventsTable>
export type DeliveryRow = Selectable<DeliveriesTable>
export type AttemptRow = Selectable<AttemptsTable>
export type TeamRow = Selectable<TeamsTable>
export type HeldDeploymentRow = Selectable<HeldDeploymentsTable>
export type DeploymentReviewRow = Selectable<DeploymentReviewsTable>
export type EnvironmentLockRow = Selectable<EnvironmentLocksTable>
