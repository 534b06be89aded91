import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

export type DeploymentState =
  | 'error'
  | 'failure'
  | 'inactive'
  | 'in_progress'
  | 'queued'
  | 'pending'
  | 'success'
  | 'waiting'

type DeploymentsTable = {
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
  /** The part of the environment that it is for, out of its payload; empty for all of it. */
  target: Generated<string>
  /** The deployment that made this one inactive; null where none did, or nobody knows. */
  superseded_by: Generated<number | null>
  created_at: string
  updated_at: string
}

type DeploymentStatusesTable = {
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

/** A deployment whose gates have not all passed. The row goes when it is released, or ends. */
type HeldDeploymentsTable = {
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

type DeploymentReviewsTable = {
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
  /** 1 for an administrator's word that stands against locks and freezes. */
  breaks_glass: Generated<Flag>
  /** 1 for an administrator's word that lets it go before its turn. */
  overtakes: Generated<Flag>
  comment: string
  binding: string
  created_at: string
}

/** Who runs a deployment, by which token, until when. */
type DeploymentClaimsTable = {
  deployment_id: number
  token_id: number
  /** What the claimant's secrets are sealed to: X25519, in base64. */
  public_key: string
  claimed_at: string
  expires_at: string
  /** When its secrets were last read; null while they were not. */
  read_at: string | null
}

/** A piece of what a deployment printed, and where in the log it begins, in bytes. */
type DeploymentLogsTable = {
  deployment_id: number
  starts_at: number
  piece: Uint8Array
}

/** Deployments, what became of them, and what holds them back. */
export type DeploymentTables = {
  deployments: DeploymentsTable
  deployment_statuses: DeploymentStatusesTable
  held_deployments: HeldDeploymentsTable
  deployment_reviews: DeploymentReviewsTable
  deployment_claims: DeploymentClaimsTable
  deployment_logs: DeploymentLogsTable
}

export type DeploymentRow = Selectable<DeploymentsTable>
export type DeploymentStatusRow = Selectable<DeploymentStatusesTable>
export type DeploymentLogRow = Selectable<DeploymentLogsTable>
export type HeldDeploymentRow = Selectable<HeldDeploymentsTable>
export type DeploymentReviewRow = Selectable<DeploymentReviewsTable>
export type DeploymentClaimRow = Selectable<DeploymentClaimsTable>
