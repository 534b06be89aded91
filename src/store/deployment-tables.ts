import type { Generated } from 'kysely'

/** The part of the data dictionary (`tables.ts`) that is about deployments and what holds them back, environments, what is kept for them, and the teams that review. */

/** 0 or 1: a boolean as both engines take it. */
export type Flag = 0 | 1

export type EnvironmentsTable = {
  id: Generated<number>
  repository_id: number
  name: string
  name_key: string
  created_at: string
  updated_at: string
  can_admins_bypass: Generated<Flag>
  /** Which branches may deploy; null for any. */
  branch_policy: Generated<'protected_branches' | 'custom_branch_policies' | null>
}

/** At most one of each type for an environment. A rule that changes is a new row: its id says so. */
export type EnvironmentRulesTable = {
  id: Generated<number>
  environment_id: number
  type: 'wait_timer' | 'required_reviewers' | 'branch_policy'
  /** In minutes; 0 for other types. */
  wait_timer: number
  /** 0 for other types than `required_reviewers`. */
  prevent_self_review: Flag
}

/** The users and teams of a `required_reviewers` rule, as they were named: one of the two ids is set. */
export type EnvironmentReviewersTable = {
  rule_id: number
  position: number
  account_id: number | null
  team_id: number | null
}

/** Patterns of the refs that may deploy, where `branch_policy` is `custom_branch_policies`. */
export type DeploymentBranchPoliciesTable = {
  id: Generated<number>
  environment_id: number
  type: 'branch' | 'tag'
  name: string
}

export type BranchProtectionsTable = {
  repository_id: number
  branch: string
  enforce_admins: Flag
  /** JSON; `null` where none are required. */
  required_status_checks: string
}

/** Whose it is: exactly one of them is set. */
type Held = {
  environment_id: number | null
  repository_id: number | null
  organization_id: number | null
}

/** Which repositories see what an organisation keeps; null for what is not an organisation's. */
type Visibility = 'all' | 'private' | 'selected' | null

/** What secrets are sent under: a Curve25519 pair, in base64. */
export type KeyPairsTable = Held & {
  id: Generated<number>
  /** What clients call the pair; a new one has another. */
  key_id: string
  public_key: string
  /** Sealed with the server's secret key. */
  private_key: string
  created_at: string
}

export type SecretsTable = Held & {
  id: Generated<number>
  /** In upper case. */
  name: string
  /** Base64 of the value's bytes, sealed with the server's secret key. */
  value: string
  visibility: Visibility
  created_at: string
  updated_at: string
}

export type VariablesTable = Held & {
  id: Generated<number>
  /** In upper case. */
  name: string
  value: string
  visibility: Visibility
  created_at: string
  updated_at: string
}

export type DeploymentsTable = {
  id: Generated<number>
  repository_id: number
  creator_id: number | null
  /** The GitHub App that acted for the creator, or whose bot the creator is. */
  app_id: Generated<number | null>
  ref: string
  sha: string
  task: string
  /** JSON: an object, or a string. */
  payload: string
  original_environment: string
  environment: string
  environment_key: string
  description: string | null
  transient_environment: Flag
  production_environment: Flag
  /** The newest status's state; null while there is none. */
  state: DeploymentState | null
  created_at: string
  updated_at: string
}

/** Environments whose deployments wait for what an App says. */
export type DeploymentProtectionRulesTable = {
  id: Generated<number>
  environment_id: number
  app_id: number
}

/** A deployment whose gates have not all passed. The row goes when it is released, or ends. */
export type HeldDeploymentsTable = {
  deployment_id: number
  repository_id: number
  environment_id: number
  /** What the ref was when the deployment was asked for. */
  ref_type: 'branch' | 'tag' | 'sha'
  /** Without `refs/heads/` and the like. */
  ref_name: string
  /** What a review given now is given for: it is void under another. */
  binding: string
  held_at: string
  /** When to look again; whatever changes a gate makes that now. */
  due_at: string
}

export type DeploymentReviewsTable = {
  id: Generated<number>
  deployment_id: number
  environment_id: number
  /** A review goes with its account: nobody could answer for it. */
  account_id: number
  /** The App's rule that it answers; null for a person's review. */
  rule_id: number | null
  /** `pending`: no decision, an App that tells how far it is. */
  state: 'approved' | 'rejected' | 'pending'
  /** 1 for an administrator's word that stands for every review, wait and App. */
  bypass: Flag
  comment: string
  binding: string
  created_at: string
}

export type EnvironmentLocksTable = {
  environment_id: number
  account_id: number | null
  reason: string
  /** Null for one that somebody must take away. */
  expires_at: string | null
  created_at: string
}

export type DeploymentState =
  | 'error'
  | 'failure'
  | 'inactive'
  | 'in_progress'
  | 'queued'
  | 'pending'
  | 'success'
  | 'waiting'

export type DeploymentStatusesTable = {
  id: Generated<number>
  repository_id: number
  deployment_id: number
  creator_id: number | null
  app_id: Generated<number | null>
  state: DeploymentState
  description: string
  environment: string
  log_url: string
  environment_url: string
  created_at: string
  updated_at: string
}

type CheckConclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'skipped'
  | 'success'
  | 'timed_out'

/** What one App says of one commit; `status` and `conclusion` sum up its runs. */
export type CheckSuitesTable = {
  id: Generated<number>
  repository_id: number
  app_id: number
  head_sha: string
  head_branch: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: CheckConclusion | null
  created_at: string
  updated_at: string
}

export type CheckRunsTable = {
  id: Generated<number>
  check_suite_id: number
  repository_id: number
  head_sha: string
  name: string
  name_key: string
  /** The App's own reference. */
  external_id: string
  details_url: string | null
  status: 'queued' | 'in_progress' | 'completed'
  /** Set once `completed`. */
  conclusion: CheckConclusion | null
  started_at: string | null
  completed_at: string | null
  title: string | null
  summary: string | null
  /** The long text below the summary. */
  details: string | null
  annotations_count: Generated<number>
}

export type CheckAnnotationsTable = {
  id: Generated<number>
  check_run_id: number
  /** JSON, as it is answered. */
  annotation: string
}

/** Whether a push makes a suite for the App; without a row it does. */
export type CheckPreferencesTable = {
  repository_id: number
  app_id: number
  setting: Flag
}

export type CheckSettingsTable = {
  repository_id: number
  /** Whether checks that ended as `neutral` or `skipped` pass where a deployment requires them. */
  neutral_checks_pass: Flag
}

export type TeamsTable = {
  id: Generated<number>
  organization_id: number
  parent_id: number | null
  name: string
  /** The name as paths have it; unique within the organisation. */
  slug: string
  description: string | null
  /** `secret` teams are known to their members and to owners. */
  privacy: 'closed' | 'secret'
  created_at: string
  updated_at: string
}

/** Every team beside itself and each team above it: what a team may, those below it may. */
export type TeamAncestorsTable = {
  team_id: number
  ancestor_id: number
}

export type TeamMembersTable = {
  team_id: number
  account_id: number
  role: 'member' | 'maintainer'
}

export type TeamRepositoriesTable = {
  team_id: number
  repository_id: number
  /** 1 `pull`, 2 `triage`, 3 `push`, 4 `maintain`, 5 `admin`: the highest wins. */
  rank: number
}

/** The repositories that see an organisation's secret or variable of the visibility `selected`: one of the two ids is set. */
export type SelectedRepositoriesTable = {
  secret_id: number | null
  variable_id: number | null
  repository_id: number
}
