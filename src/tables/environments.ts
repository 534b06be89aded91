import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

type EnvironmentsTable = {
  id: Generated<number>
  repository_id: number
  name: string
  name_key: string
  created_at: string
  updated_at: string
  can_admins_bypass: Generated<Flag>
  /** Which branches may deploy; null for any. */
  branch_policy: Generated<'protected_branches' | 'custom_branch_policies' | null>
  /** Of how many different reviewers, where there are any. */
  required_approvals: Generated<number>
  /** Null for what is not pinned; the rest stands first, in the order in which it was pinned. */
  pinned_at: Generated<string | null>
}

/** At most one of each type for an environment. A rule that changes is a new row: its id says so. */
type EnvironmentRulesTable = {
  id: Generated<number>
  environment_id: number
  type: 'wait_timer' | 'required_reviewers' | 'branch_policy'
  /** In minutes; 0 for other types. */
  wait_timer: number
  /** 0 for other types than `required_reviewers`. */
  prevent_self_review: Flag
}

/** The users and teams of a `required_reviewers` rule, as they were named: one of the two ids is set. */
type EnvironmentReviewersTable = {
  rule_id: number
  position: number
  account_id: number | null
  team_id: number | null
}

type EnvironmentLocksTable = {
  environment_id: number
  account_id: number | null
  reason: string
  /** Null for one that somebody must take away. */
  expires_at: string | null
  created_at: string
}

/** Calendars whose events keep deployments back while they last. */
type EnvironmentFreezesTable = {
  environment_id: number
  name: string
  account_id: number | null
  /** iCalendar (RFC 5545), as it was posted. */
  calendar: string
  /** Of the times in it that name none. */
  time_zone: string
  /** Of calendar and time zone: what was found out about one holds for all that are equal. */
  digest: string
  created_at: string
}

/** How an environment's deployments wait for each other; without a row they do not. */
type EnvironmentQueuesTable = {
  environment_id: number
  mode: 'latest' | 'reject'
}

/** Environments whose deployments wait for what an App says. */
type DeploymentProtectionRulesTable = {
  id: Generated<number>
  environment_id: number
  app_id: number
}

/** Patterns of the refs that may deploy, where `branch_policy` is `custom_branch_policies`. */
type DeploymentBranchPoliciesTable = {
  id: Generated<number>
  environment_id: number
  type: 'branch' | 'tag'
  name: string
}

/** For how long deployments are kept, and live; null where that has no limit. */
type LifetimesTable = {
  repository_id: number
  /** Empty for all environments that have no limits of their own. */
  environment_key: string
  keep: number | null
  days: number | null
  transient_hours: number | null
}

/** Environments and the rules that protect them. */
export type EnvironmentTables = {
  environments: EnvironmentsTable
  environment_rules: EnvironmentRulesTable
  environment_reviewers: EnvironmentReviewersTable
  environment_locks: EnvironmentLocksTable
  environment_freezes: EnvironmentFreezesTable
  environment_queues: EnvironmentQueuesTable
  deployment_protection_rules: DeploymentProtectionRulesTable
  deployment_branch_policies: DeploymentBranchPoliciesTable
  lifetimes: LifetimesTable
}

export type EnvironmentRow = Selectable<EnvironmentsTable>
export type LifetimeRow = Selectable<LifetimesTable>
export type EnvironmentRuleRow = Selectable<EnvironmentRulesTable>
export type EnvironmentLockRow = Selectable<EnvironmentLocksTable>
export type EnvironmentFreezeRow = Selectable<EnvironmentFreezesTable>
export type EnvironmentQueueRow = Selectable<EnvironmentQueuesTable>
export type DeploymentBranchPolicyRow = Selectable<DeploymentBranchPoliciesTable>
