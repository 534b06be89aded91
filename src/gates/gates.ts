import { hash } from 'node:crypto'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { findProtectedBranches } from '../branch-protection/branch-protection.ts'
import type { Environment, ProtectedEnvironment, Reviewer } from '../environments/model.ts'
import { findProtection, matchesBranchPolicy } from '../environments/protection.ts'
import { findFrosts } from '../freezes/freezes.ts'
import type { ProtectionRule } from '../protection-rules/model.ts'
import { findInstalled, findRules, requestEvent } from '../protection-rules/protection-rules.ts'
import type { Ancestry } from '../queues/model.ts'
import { findQueueDecision } from '../queues/queues.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { DeploymentReviewRow, DeploymentRow } from '../tables/deployments.ts'
import { decideGates, decideOutcome, type Outcome, overrulingIn } from './decide-gates.ts'
import type { GateFacts, GateLock, GateRef, GateRules, Review, Verdict } from './model.ts'
import { anyGateOf, environmentById, insertReview, lockOf, reviewsOf } from './queries.ts'

/** Whether anything may hold what is deployed there. Most environments have nothing, and cost one look. */
export const isGated = async (db: Db, { id }: Pick<Environment, 'id'>): Promise<boolean> =>
  (await db.first(anyGateOf, { environment_id: id })) !== undefined

/** A deployment, there or yet to be made, and where it is to go. */
export type Asked = {
  readonly repository: Repository
  readonly deployment: Pick<
    DeploymentRow,
    'sha' | 'environment' | 'environment_key' | 'payload' | 'target' | 'task'
  > & {
    readonly id?: number
  }
  readonly environmentId: number
  readonly ref: GateRef
  readonly ancestry: Ancestry
  readonly now: Date
  readonly heldAt: Date
}

export type Gates = {
  /** Undefined once it was deleted. */
  readonly environment: ProtectedEnvironment | undefined
  readonly apps: readonly ProtectionRule[]
  readonly binding: string
  readonly verdicts: readonly Verdict[]
  readonly outcome: Outcome
  /** Who let it pass in spite of a gate, and why. */
  readonly overruling: string | undefined
  /** The deployment that it ends for, where it does. */
  readonly supersededBy: number | null
}

/** What every gate says, and what it goes by. */
export async function findGates(db: Db, asked: Asked): Promise<Gates> {
  const { repository, deployment, environmentId, ref, ancestry, now, heldAt } = asked
  const queued = { ...deployment, repository_id: repository.id }
  const row = await findEnvironmentById(db, environmentId)
  const [environment] = row ? await findProtection(db, repository.id, [row]) : []
  const apps = environment ? await findRules(db, environmentId) : []
  const binding = bindingOf(deployment, environment, apps)
  const facts: GateFacts = {
    ...{ now, heldAt, binding },
    environment: environment?.name ?? deployment.environment,
    rules: environment ? await findGateRules(db, repository, environment, apps) : null,
    ref: { name: ref.name, isAllowed: await isAllowed(db, repository, environment, ref) },
    reviews: deployment.id === undefined ? [] : await findReviews(db, deployment.id, apps),
    lock: await findGateLock(db, environmentId),
    freezes: await findFrosts(db, environmentId, now),
    queue: await findQueueDecision(db, environmentId, { queued, ancestry }),
  }
  const verdicts = decideGates(facts)
  const outcome = decideOutcome(verdicts, facts)
  const supersededBy = supersederIn(facts, outcome)
  const overruling = overrulingIn(verdicts)
  return { environment, apps, binding, verdicts, outcome, overruling, supersededBy }
}

/** What another gate refuses fails, whoever else has its commit. */
const supersederIn = ({ queue }: GateFacts, { kind, reason }: Outcome): number | null =>
  kind === 'end' && queue?.kind === 'give way' && queue.reason === reason ? queue.to : null

/** Sha, environment, payload and rules: a review is of these, and void for others. */
function bindingOf(
  { sha, environment_key, payload }: Asked['deployment'],
  environment: ProtectedEnvironment | undefined,
  apps: readonly ProtectionRule[],
): string {
  const rules = environment?.rules.map(({ id }) => id)
  const approvals = environment?.required_approvals ?? 1
  const bound = [
    ...[sha, environment_key, payload],
    ...[rules, environment?.can_admins_bypass, apps.map(({ id }) => id)],
    // Where it is one, as on GitHub, hashes are what they were before there could be more.
    ...(approvals > 1 ? [approvals] : []),
  ]
  return hash('sha256', JSON.stringify(bound))
}

async function findGateRules(
  db: Db,
  repository: Repository,
  { rules, required_approvals }: ProtectedEnvironment,
  apps: readonly ProtectionRule[],
): Promise<GateRules> {
  const installed = apps.length === 0 ? [] : await findInstalled(db, repository, requestEvent)
  const reachable = new Set(installed.map(({ id }) => id))
  const timer = rules.find((rule) => rule.type === 'wait_timer')
  const review = rules.find((rule) => rule.type === 'required_reviewers')
  return {
    waitMinutes: timer?.wait_timer ?? null,
    reviewers: review ? review.reviewers.map((one) => nameOf(one, repository)) : null,
    requiredApprovals: required_approvals,
    areRefsLimited: rules.some(({ type }) => type === 'branch_policy'),
    apps: apps.map(({ id, app }) => ({
      ruleId: id,
      slug: app.slug,
      isReachable: reachable.has(app.id),
    })),
  }
}

/** Teams are of the organisation that owns the repository. */
const nameOf = (one: Reviewer, { owner }: Repository): string =>
  one.type === 'User' ? one.reviewer.login : `${owner.login}/${one.reviewer.slug}`

/** A sha is neither a branch nor a tag, so no policy lets it pass. */
async function isAllowed(
  db: Db,
  { id }: Repository,
  environment: Environment | undefined,
  ref: GateRef,
): Promise<boolean> {
  switch (environment?.branch_policy) {
    case undefined:
    case null:
      return true
    case 'custom_branch_policies':
      return ref.type !== 'sha' && (await matchesBranchPolicy(db, environment.id, ref))
    case 'protected_branches': {
      if (ref.type !== 'branch') return false
      const branches = await findProtectedBranches(db, id)
      // Where nothing is protected every branch may go (contract 4.6).
      return branches.size === 0 || branches.has(ref.name)
    }
  }
}

async function findReviews(
  db: Db,
  deploymentId: number,
  apps: readonly ProtectionRule[],
): Promise<Review[]> {
  const slugs = new Map(apps.map(({ id, app }) => [id, app.slug]))
  const given = await findGivenReviews(db, deploymentId)
  return given.map(({ rule_id, reviewer, ...review }) => ({
    ...{ ruleId: rule_id, state: review.state, comment: review.comment, binding: review.binding },
    by: slugs.get(rule_id ?? 0) ?? reviewer.login,
    isBypass: review.bypass === 1,
    breaksGlass: review.breaks_glass === 1,
    overtakes: review.overtakes === 1,
  }))
}

export type GivenReview = DeploymentReviewRow & { readonly reviewer: Reviewing }
type Reviewing = Pick<Account, 'id' | 'login' | 'type' | 'site_admin'>

/** All that people and Apps said of a deployment, oldest first, as far as their accounts are there. */
export async function findGivenReviews(db: Db, deployment_id: number): Promise<GivenReview[]> {
  const rows = await db.all(reviewsOf, { deployment_id })
  return rows.map(({ login, type, site_admin, ...review }) => ({
    ...review,
    reviewer: { id: review.account_id, login, type, site_admin },
  }))
}

export async function recordReview(
  app: Pick<App, 'now'>,
  tx: Tx,
  review: Omit<DeploymentReviewRow, 'id' | 'created_at'>,
): Promise<void> {
  await tx.all(insertReview, { ...review, created_at: app.now().toISOString() })
}

/** Undefined once it was deleted. */
export const findEnvironmentById = (db: Db, id: number): Promise<Environment | undefined> =>
  db.first(environmentById, { id })

async function findGateLock(db: Db, environment_id: number): Promise<GateLock | null> {
  const row = await db.first(lockOf, { environment_id })
  if (!row) return null
  const { login, reason, expires_at } = row
  const expiresAt = expires_at === null ? null : new Date(expires_at)
  return { by: login ?? 'somebody who is gone', reason, expiresAt }
}
