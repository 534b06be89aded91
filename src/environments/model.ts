import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import { line } from '../http/text.ts'
import type { DeploymentBranchPolicyRow, EnvironmentRow } from '../tables/environments.ts'
import type { Team } from '../teams/model.ts'
import { patternCharactersMax } from './ref-pattern.ts'

export type Environment = EnvironmentRow

/** Contract 4.4. */
const nameCharactersMax = 255

/**
 * A name that somebody gives an environment. Names made from branches are all
 * fine: what is refused beyond control characters no branch may contain either,
 * and it would mean something else to a URL or a shell.
 */
export const environmentName = line(nameCharactersMax)
  .refine((name) => name.trim() !== '', { error: "can't be blank" })
  .refine((name) => !name.includes('..'), { error: 'may not contain ".."' })
  .refine((name) => !name.startsWith('-'), { error: 'may not start with "-"' })

/** Names ignore case when looked up and keep it when shown. */
export const environmentKeyOf = (name: string): string => name.toLowerCase()

type ReviewingUser = Pick<Account, 'id' | 'login' | 'type' | 'site_admin'>

export type Reviewer =
  | { readonly type: 'User'; readonly reviewer: ReviewingUser }
  | { readonly type: 'Team'; readonly reviewer: Team }

/** Of each type an environment has one, or none. */
export type ProtectionRule =
  | { readonly type: 'wait_timer'; readonly wait_timer: number }
  | {
      readonly type: 'required_reviewers'
      readonly prevent_self_review: boolean
      readonly reviewers: readonly Reviewer[]
    }
  | { readonly type: 'branch_policy' }

export type KeptRule = ProtectionRule & { readonly id: number }

export type ProtectedEnvironment = Environment & { readonly rules: readonly KeptRule[] }

const waitTimerMinutesMax = 43_200
const reviewersMax = 6

const reviewer = z.object({
  type: z.enum(['User', 'Team']),
  id: z.int(),
})

const branchPolicy = z
  .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
  .refine((policy) => policy.protected_branches !== policy.custom_branch_policies, {
    error: 'must have different values for protected_branches and custom_branch_policies',
  })

/** `PUT …/environments/{name}`: what it leaves out is reset (contract 4.3). */
export const environmentSettings = z.strictObject({
  wait_timer: z
    .int()
    .refine((minutes) => minutes >= 0 && minutes <= waitTimerMinutesMax, {
      error: `must be between 0 and ${waitTimerMinutesMax} minutes`,
    })
    .default(0),
  prevent_self_review: z.boolean().default(false),
  reviewers: z
    .array(reviewer)
    .max(reviewersMax, { error: `may name at most ${reviewersMax} users and teams` })
    .nullish(),
  deployment_branch_policy: branchPolicy.nullish(),
  can_admins_bypass: z.boolean().default(true),
})

export type EnvironmentSettings = z.infer<typeof environmentSettings>

/** What GitHub's environments have no setting for. As many may have to approve as may be named. */
export const ownSettings = z.strictObject({
  required_approvals: z
    .int()
    .refine((approvals) => approvals >= 1 && approvals <= reviewersMax, {
      error: `must be between 1 and ${reviewersMax}`,
    })
    .optional(),
})

export type OwnSettings = z.infer<typeof ownSettings>

export type BranchPolicy = DeploymentBranchPolicyRow

/** A pattern of refs, on one line. */
const patternName = line(patternCharactersMax).refine((name) => name.trim() !== '', {
  error: "can't be blank",
})

/** `POST …/deployment-branch-policies` (contract 4.6). */
export const newBranchPolicy = z.object({
  name: patternName,
  type: z.enum(['branch', 'tag']).default('branch'),
})

/** `PUT …/deployment-branch-policies/{id}`: the type stays. */
export const branchPolicyChange = z.object({ name: patternName })
