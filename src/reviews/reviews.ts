import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import type { InstallationActor } from '../auth/auth.ts'
import type { UserActor } from '../auth/model.ts'
import type { Deployment } from '../deployments/model.ts'
import type { ProtectedEnvironment } from '../environments/model.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { findGivenReviews, type Gates, recordReview } from '../gates/gates.ts'
import { invalidField, Problem } from '../lib/problem.ts'
import type { Ancestry } from '../queues/model.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db, Tx } from '../store/engine.ts'
import { findTeamRole } from '../teams/teams.ts'
import { decideReview } from './decide-review.ts'
import { GateKeeper } from './gate-keeper.ts'
import type { NewAppReview, NewReview } from './model.ts'
import { recordReviewed } from './requests.ts'
import { findHeld, findHeldAncestry, gatesOf, type Held, settle } from './settle.ts'

/** Who reviews, and what they may do in the repository. */
export type Reviewing = {
  readonly actor: UserActor
  readonly isAdmin: boolean
}

export type Place = { readonly repository: Repository; readonly id: number }

/**
 * A person's word on a deployment that waits, and all that follows from it. Throws
 * `not_found`; `invalid` for one that waits for nothing or another environment;
 * `forbidden` for whoever is no reviewer of it (contract 4.8).
 */
export async function reviewDeployment(
  app: App,
  reviewing: Reviewing,
  place: Place,
  request: NewReview,
): Promise<Deployment> {
  const isRefMoved = await findIsRefMoved(app, place)
  const ancestry = await findHeldAncestry(app, place)
  return await app.store.transaction(async (tx) => {
    const held = await findWaiting(tx, place, ancestry)
    const gates = await gatesOf(app, tx, held)
    const environment = requireEnvironment(gates, request.environment_ids)
    const facts = await findFacts(tx, { held, gates, environment, reviewing })
    const { state, comment } = request
    const decision = decideReview({ ...facts, state, comment, isRefMoved })
    if (decision.kind === 'refuse') throw new Problem(decision.code, decision.message)
    const by = { account_id: reviewing.actor.account.id, rule_id: null, ...plainWord } as const
    const bypass = decision.kind === 'bypass' ? 1 : 0
    await recordReview(app, tx, { ...boundTo(held, gates), ...by, state, comment, bypass })
    await recordAudit(app, tx, { ...lineOf(held), action: actionOf(decision.kind, state) })
    const author = reviewing.actor
    const { repository, deployment, hold } = held
    const told = { repository, deployment, gates, since: hold.held_at, author }
    await recordReviewed(app, tx, told, request)
    return await settle(app, tx, held, author)
  }, place.repository.id)
}

/** Overrules nothing but what reviews are for. */
const plainWord = { breaks_glass: 0, overtakes: 0 } as const

/** How the audit log names what is reviewed. */
export const lineOf = ({ deployment, repository }: Held) => ({
  repository_id: repository.id,
  environment: deployment.environment,
  subject: `deployment ${deployment.id}`,
  after: { sha: deployment.sha },
})

const actionOf = (kind: 'bypass' | 'review', state: NewReview['state']) => {
  if (kind === 'bypass') return 'review.bypass'
  return state === 'approved' ? 'review.approve' : 'review.reject'
}

/** Of what a word is said: it is void for anything else. */
export const boundTo = ({ hold }: Held, { binding }: Gates) => ({
  deployment_id: hold.deployment_id,
  environment_id: hold.environment_id,
  binding,
})

/** Asked of git, so outside the transaction. A branch that is gone was not moved. */
async function findIsRefMoved(app: App, { repository, id }: Place): Promise<boolean> {
  const held = await findHeld(app.store.read, repository, id)
  if (!held || held.hold.ref_type === 'sha') return false
  const { ref_name, ref_type } = held.hold
  const { sha } = held.deployment
  const path = ref_type === 'branch' ? `refs/heads/${ref_name}` : `refs/tags/${ref_name}`
  const now = await app.git.resolve(repository.id, path)
  if (!now || now.sha === sha) return false
  return (
    ref_type === 'tag' || !(await app.git.isAncestor(repository.id, { base: sha, head: now.sha }))
  )
}

/** Throws `not_found`, and `invalid` for a deployment that waits for nothing. */
export async function findWaiting(
  tx: Tx,
  { repository, id }: Place,
  ancestry: Ancestry,
): Promise<Held> {
  const held = await findHeld(tx, repository, id)
  if (held) return { ...held, ancestry }
  throw new Problem('invalid', `Deployment ${id} waits for no review`)
}

function requireEnvironment({ environment }: Gates, ids: readonly number[]): ProtectedEnvironment {
  if (environment && ids.length === 1 && ids[0] === environment.id) return environment
  const message = environment
    ? `environment_ids must be [${environment.id}]: a deployment waits for one environment, this one for ${environment.name}`
    : 'The environment was deleted'
  const resource = 'Deployment'
  throw invalidField({ resource, field: 'environment_ids', code: 'custom', message })
}

type Asking = {
  readonly held: Held
  readonly gates: Gates
  readonly environment: ProtectedEnvironment
  readonly reviewing: Reviewing
}

async function findFacts(db: Db, { held, gates, environment, reviewing }: Asking) {
  const { account } = reviewing.actor
  const rule = environment.rules.find(({ type }) => type === 'required_reviewers')
  const given = await findGivenReviews(db, held.deployment.id)
  return {
    environment: environment.name,
    login: account.login,
    isReviewer: await findIsReviewer(db, environment, account.id),
    isAdmin: reviewing.isAdmin,
    isCreator: held.deployment.creator_id === account.id,
    preventsSelfReview: rule?.type === 'required_reviewers' && rule.prevent_self_review,
    canAdminsBypass: environment.can_admins_bypass === 1,
    hasApproved: given.some(
      (review) =>
        review.account_id === account.id &&
        review.binding === gates.binding &&
        review.breaks_glass === 0 &&
        review.overtakes === 0 &&
        review.state === 'approved',
    ),
  }
}

/** By name, or as a member, now, of a team that is named. */
async function findIsReviewer(
  db: Db,
  { rules }: ProtectedEnvironment,
  accountId: number,
): Promise<boolean> {
  const reviewers = rules.flatMap((rule) =>
    rule.type === 'required_reviewers' ? rule.reviewers : [],
  )
  for (const { type, reviewer } of reviewers) {
    if (type === 'User' && reviewer.id === accountId) return true
    if (type === 'Team' && (await findTeamRole(db, reviewer, accountId))) return true
  }
  return false
}

/** Whether an approval by this person would be taken, were it given with a comment. */
export async function canApprove(
  app: App,
  held: Held,
  gates: Gates,
  reviewing: Reviewing,
): Promise<boolean> {
  const { environment } = gates
  if (!environment) return false
  const facts = await findFacts(app.store.read, { held, gates, environment, reviewing })
  const approval = { state: 'approved', comment: 'yes', isRefMoved: false } as const
  return decideReview({ ...facts, ...approval }).kind !== 'refuse'
}

/**
 * What a deployment waits for, and whether this person's approval (with a comment) or rejection
 * would be taken. Undefined for one that waits for nothing. Throws `not_found`.
 */
export async function findWait(app: App, reviewing: Reviewing, place: Place) {
  const db = app.store.read
  const waiting = await findHeld(db, place.repository, place.id)
  if (!waiting) return undefined
  const held = { ...waiting, ancestry: await findHeldAncestry(app, place) }
  const gates = await gatesOf(app, db, held)
  const { environment } = gates
  if (!environment) return { gates, answers: undefined }
  const facts = await findFacts(db, { held, gates, environment, reviewing })
  const isRefMoved = await findIsRefMoved(app, place)
  const answerTo = (state: 'approved' | 'rejected') =>
    decideReview({ ...facts, state, comment: 'yes', isRefMoved })
  return { gates, answers: { approved: answerTo('approved'), rejected: answerTo('rejected') } }
}

/** GitHub's limit for one deployment (contract 4.7). */
const progressReportsMax = 10

/**
 * An App's answer to a rule of its own, or how far it is with one. Throws as
 * `reviewDeployment`, and `forbidden` for an App that the environment does not ask.
 */
export async function answerRule(
  app: App,
  { actor, app_id }: InstallationActor,
  place: Place,
  request: NewAppReview,
): Promise<void> {
  const ancestry = await findHeldAncestry(app, place)
  await app.store.transaction(async (tx) => {
    const held = await findWaiting(tx, place, ancestry)
    const gates = await gatesOf(app, tx, held)
    const rule = gates.apps.find((one) => one.app.id === app_id)
    if (!rule) throw new Problem('forbidden', 'Resource not accessible by integration')
    refuseName(held, request.environment_name)
    const { state = 'pending', comment = '' } = request
    const bound = { ...boundTo(held, gates), rule_id: rule.id }
    await refuseAnswer(tx, bound, state)
    const account_id = actor.account.id
    const said = { account_id, state, comment, bypass: 0, ...plainWord } as const
    await recordReview(app, tx, { ...bound, ...said })
    const line = { ...lineOf(held), action: 'protection_rule.answer' }
    await recordAudit(app, tx, { ...line, after: { rule_id: rule.id, state } })
    if (state !== 'pending') await settle(app, tx, held, actor)
  }, place.repository.id)
}

const resource = 'DeploymentProtectionRule'

function refuseName({ deployment }: Held, name: string): void {
  if (environmentKeyOf(name) === deployment.environment_key) return
  const message = `environment_name must be ${deployment.environment}, which the deployment waits for`
  throw invalidField({ resource, field: 'environment_name', code: 'custom', message })
}

type Bound = {
  readonly deployment_id: number
  readonly rule_id: number
  readonly binding: string
}

/** One decision, and not too many words before it. */
async function refuseAnswer(
  tx: Tx,
  { deployment_id, rule_id, binding }: Bound,
  state: 'approved' | 'rejected' | 'pending',
): Promise<void> {
  const given = (await findGivenReviews(tx, deployment_id)).filter(
    (review) => review.rule_id === rule_id && review.binding === binding,
  )
  if (given.some((review) => review.state !== 'pending')) {
    throw new Problem('invalid', 'The App has decided about this deployment already')
  }
  const isTooMuch = state === 'pending' && given.length >= progressReportsMax
  if (!isTooMuch) return
  const message = `An App may tell of its progress at most ${progressReportsMax} times`
  throw invalidField({ resource, field: 'comment', code: 'custom', message })
}

export function startGateKeeper(app: App): AsyncDisposable {
  const keeper = new GateKeeper(app)
  keeper.start()
  return keeper
}
