import type { Frost } from '../freezes/model.ts'
import type { QueueDecision } from '../queues/model.ts'

export type { Frost } from '../freezes/model.ts'

/** What a gate says of a deployment, for people and programs. */
export type Verdict = {
  readonly gate:
    | 'environment'
    | 'branch_policy'
    | 'required_reviewers'
    | 'wait_timer'
    | 'custom_rule'
    | 'lock'
    | 'freeze'
    | 'queue'
    // Of the request, and not of the environment.
    | 'auto_merge'
    | 'required_contexts'
  readonly verdict: 'pass' | 'wait' | 'refuse'
  readonly reason: string
  /** When it passes by itself, ISO-8601; null where somebody must act, or nothing waits. */
  readonly until: string | null
  /** Who or what can let it pass, or who did in spite of it: logins, `organization/team`, slugs of Apps, names of checks, `deployment 7` by its end. */
  readonly cleared_by: readonly string[]
}

/** What was said of a deployment by a reviewer, an administrator or an App. */
export type Review = {
  /** The App's rule that it answers; null for a person's. */
  readonly ruleId: number | null
  readonly by: string
  readonly state: 'approved' | 'rejected' | 'pending'
  /** An administrator's word that stands for every review, wait and App. */
  readonly isBypass: boolean
  /** An administrator's word against locks and freezes. */
  readonly breaksGlass: boolean
  /** An administrator's word against whose turn it is. */
  readonly overtakes: boolean
  readonly comment: string
  /** What it was said of: it counts for nothing else. */
  readonly binding: string
}

export type GateRules = {
  readonly waitMinutes: number | null
  /** Null where nobody need review. */
  readonly reviewers: readonly string[] | null
  /** How many different people must approve: on GitHub any one suffices. */
  readonly requiredApprovals: number
  readonly areRefsLimited: boolean
  readonly apps: readonly GateApp[]
}

type GateApp = {
  readonly ruleId: number
  readonly slug: string
  /** Whether it could be asked, and could answer. */
  readonly isReachable: boolean
}

export type GateLock = {
  readonly by: string
  readonly reason: string
  readonly expiresAt: Date | null
}

/** All that decides whether a deployment may go. */
export type GateFacts = {
  readonly now: Date
  readonly heldAt: Date
  readonly environment: string
  /** Null once the environment is gone. */
  readonly rules: GateRules | null
  readonly ref: { readonly name: string; readonly isAllowed: boolean }
  /** Of the sha, environment, payload and rules as they are now. */
  readonly binding: string
  readonly reviews: readonly Review[]
  readonly lock: GateLock | null
  readonly freezes: readonly Frost[]
  /** Null where the environment's deployments do not wait for each other. */
  readonly queue: QueueDecision | null
}

/** What a deployment was asked for, as branch policies see it. */
export type GateRef = { readonly type: 'branch' | 'tag' | 'sha'; readonly name: string }
