import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

type CheckConclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'skipped'
  | 'success'
  | 'timed_out'

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

/** What one App says of one commit; `status` and `conclusion` sum up its runs. */
type CheckSuitesTable = {
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

type CheckRunsTable = {
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

type CheckAnnotationsTable = {
  id: Generated<number>
  check_run_id: number
  /** JSON, as it is answered. */
  annotation: string
}

/** Whether a push makes a suite for the App; without a row it does. */
type CheckPreferencesTable = {
  repository_id: number
  app_id: number
  setting: Flag
}

type CheckSettingsTable = {
  repository_id: number
  /** Whether checks that ended as `neutral` or `skipped` pass where a deployment requires them. */
  neutral_checks_pass: Flag
}

type BranchProtectionsTable = {
  repository_id: number
  branch: string
  enforce_admins: Flag
  /** JSON; `null` where none are required. */
  required_status_checks: string
}

/** What is said about commits, and what branches demand of it. */
export type CommitTables = {
  commit_statuses: CommitStatusesTable
  check_suites: CheckSuitesTable
  check_runs: CheckRunsTable
  check_annotations: CheckAnnotationsTable
  check_preferences: CheckPreferencesTable
  check_settings: CheckSettingsTable
  branch_protections: BranchProtectionsTable
}

export type CommitStatusRow = Selectable<CommitStatusesTable>
export type CheckSuiteRow = Selectable<CheckSuitesTable>
export type CheckRunRow = Selectable<CheckRunsTable>
export type BranchProtectionRow = Selectable<BranchProtectionsTable>
