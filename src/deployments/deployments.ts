import type { App } from '../app.ts'
import { findPerformer } from '../apps/apps.ts'
import { recordAudit } from '../audit/audit.ts'
import type { UserActor } from '../auth/model.ts'
import { ensureEnvironment } from '../environments/environments.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { recordEvent } from '../events/events.ts'
import { type Asked, findGates, isGated } from '../gates/gates.ts'
import type { GateRef, Verdict } from '../gates/model.ts'
import { type Hold, nobodyAsked, recordHold } from '../holds/holds.ts'
import { invalidField, Problem } from '../lib/problem.ts'
import { findAncestry, wakeQueue } from '../queues/queues.ts'
import { requireContexts } from '../readiness/contexts.ts'
import { readyRef, resolveRef } from '../readiness/readiness.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Tx } from '../store/engine.ts'
import type { DeploymentRow } from '../tables/deployments.ts'
import { isProduction, mayDelete } from './decide-create.ts'
import { findDeployment, orderingKeyOf } from './find-deployment.ts'
import { carryOutLocking, isLockTask } from './lock-tasks.ts'
import { type Author, type Deployment, type NewDeployment, targetOf } from './model.ts'
import { deploymentPayload } from './payload.ts'
import { deleteDeployment, insertDeployment, siblingOf } from './queries.ts'
import { recordGateStatus } from './statuses.ts'

type Created =
  | { readonly kind: 'created'; readonly deployment: Deployment }
  /** Nothing was deployed: the default branch was merged into the ref, and the caller must ask again. */
  | { readonly kind: 'merged'; readonly message: string }

/**
 * Asks for a ref to be deployed: resolves it, then `auto_merge`, then
 * `required_contexts`, then row, environment and event in one transaction
 * (contract 1.8). Throws `invalid` for an unknown ref, `conflict` for a merge or
 * checks that fail.
 */
export async function createDeployment(
  app: App,
  actor: UserActor,
  repository: Repository,
  request: NewDeployment,
): Promise<Created> {
  if (isLockTask(request.task)) {
    return { kind: 'created', deployment: await createLocking(app, actor, repository, request) }
  }
  const readied = await readyRef(app, actor, repository, request)
  if (readied.kind === 'merged') return readied
  const deployment = await deployCommit(app, actor, repository, { ...readied, request })
  return { kind: 'created', deployment }
}

/** No code is merged, and no check or gate is asked: it deploys nothing. */
async function createLocking(
  app: App,
  actor: UserActor,
  repository: Repository,
  request: NewDeployment,
): Promise<Deployment> {
  const performer = await findPerformer(app.store.read, actor.app_id)
  const { sha } = await resolveRef(app, repository, request.ref)
  const payload = payloadText(request.payload)
  const row = rowOf(request, { payload, actor, repository, sha, now: app.now() })
  return await app.store.transaction(async (tx) => {
    await ensureEnvironment(tx, app, repository.id, row.environment)
    const inserted = await tx.first(insertDeployment, row)
    if (!inserted) throw new Error('The new deployment was not returned')
    const deployment = { ...inserted, creator: actor.account, performer }
    await recordDeployment(app, tx, { deployment, repository, actor })
    return await carryOutLocking(app, tx, { ...request, actor, repository }, deployment)
  }, repository.id)
}

/** What is to be deployed, whatever the request's ref names by now. */
type Commit = {
  readonly request: NewDeployment
  readonly sha: string
  readonly ref: GateRef
}

/** The same for a commit that is settled. Throws `conflict` for checks that fail. */
export async function deployCommit(
  app: App,
  actor: UserActor,
  repository: Repository,
  { request, sha, ref }: Commit,
): Promise<Deployment> {
  const payload = payloadText(request.payload)
  const performer = await findPerformer(app.store.read, actor.app_id)
  const row = rowOf(request, { payload, actor, repository, sha, now: app.now() })
  const ancestry = await findAncestry(app, row)
  return await app.store.transaction(async (tx) => {
    await requireContexts(tx, request, row)
    const environment = await ensureEnvironment(tx, app, repository.id, row.environment)
    const asked = { repository, deployment: row, environmentId: environment.id, ref, ancestry }
    const gated = await isGated(tx, environment)
    const hold = gated ? await decideHold(app, tx, asked) : undefined
    const inserted = await tx.first(insertDeployment, row)
    if (!inserted) throw new Error('The new deployment was not returned')
    await recordAudit(app, tx, { ...lineOf('create', inserted), after: whatOf(inserted) })
    const happening = {
      deployment: { ...inserted, creator: actor.account, performer },
      repository,
      actor,
    }
    if (!hold) await recordDeployment(app, tx, happening)
    if (gated) await wakeQueue(app, tx, row)
    return hold ? await holdBack(app, tx, happening, hold) : happening.deployment
  }, repository.id)
}

/** Why a deployment must wait, and for what. */
type Holding = Pick<Hold, 'environment_id' | 'ref_type' | 'ref_name' | 'held_at'> & {
  readonly reason: string
}

/**
 * Undefined where every gate of the environment is open (design: gates hold for whoever
 * deploys). Throws `invalid` for a ref that the environment's branch policy refuses, `conflict`
 * for what its queue does.
 */
async function decideHold(
  app: App,
  tx: Tx,
  asked: Omit<Asked, 'now' | 'heldAt'>,
): Promise<Holding | undefined> {
  const now = app.now()
  const { verdicts, outcome } = await findGates(tx, { ...asked, now, heldAt: now })
  const refusalBy = (asked: Verdict['gate']) =>
    verdicts.find(({ gate, verdict }) => gate === asked && verdict === 'refuse')
  const refusal = refusalBy('branch_policy')
  if (refusal) {
    const message = refusal.reason
    throw invalidField({ resource: 'Deployment', field: 'ref', code: 'custom', message })
  }
  const rejection = refusalBy('queue')
  if (rejection) throw new Problem('conflict', `Conflict: ${rejection.reason}`)
  if (outcome.kind === 'release') return undefined
  const { environmentId, ref } = asked
  return {
    ...{ environment_id: environmentId, ref_type: ref.type, ref_name: ref.name },
    ...{ held_at: now.toISOString(), reason: outcome.reason },
  }
}

/** Its event waits; whoever watches held deployments is to ask reviewers and Apps at once. */
async function holdBack(
  app: App,
  tx: Tx,
  { deployment, repository, actor }: Happening,
  { reason, ...hold }: Holding,
): Promise<Deployment> {
  const ids = { deployment_id: deployment.id, repository_id: repository.id }
  await recordHold(app, tx, { ...hold, ...ids, binding: nobodyAsked, due_at: hold.held_at })
  const place = { repository, deployment, author: actor }
  return await recordGateStatus(app, tx, place, { state: 'waiting', description: reason })
}

type Facts = {
  readonly payload: string
  readonly actor: UserActor
  readonly repository: Repository
  readonly sha: string
  readonly now: Date
}

function rowOf(
  request: NewDeployment,
  { payload, actor, repository, sha, now }: Facts,
): Omit<DeploymentRow, 'id'> {
  const { ref, task, environment } = request
  return {
    repository_id: repository.id,
    creator_id: actor.account.id,
    app_id: actor.app_id,
    ref,
    sha,
    task,
    payload,
    original_environment: environment,
    environment,
    environment_key: environmentKeyOf(environment),
    description: request.description ?? null,
    transient_environment: request.transient_environment ? 1 : 0,
    production_environment: isProduction(environment, request.production_environment) ? 1 : 0,
    state: null,
    target: targetOf(request.payload),
    superseded_by: null,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  }
}

/** A page of a hundred must still be one answer. */
const payloadCharactersMax = 4 * 1024 * 1024

function payloadText(payload: unknown = {}): string {
  const text = JSON.stringify(payload)
  if (text.length <= payloadCharactersMax) return text
  const message = `payload is too long (maximum is ${payloadCharactersMax} characters as JSON)`
  throw invalidField({ resource: 'Deployment', field: 'payload', code: 'custom', message })
}

/** How the audit log names a deployment. */
const lineOf = (verb: string, { repository_id, environment, id }: DeploymentRow) => ({
  action: `deployment.${verb}`,
  repository_id,
  environment,
  subject: `deployment ${id}`,
})

const whatOf = ({ ref, sha, task, state }: DeploymentRow) => ({ ref, sha, task, state })

type Happening = { deployment: Deployment; repository: Repository; actor: Author }

/** Tells whoever deploys: at once, or when the last gate has opened. */
export async function recordDeployment(
  app: App,
  tx: Tx,
  { deployment, repository, actor }: Happening,
): Promise<void> {
  const payload = {
    action: 'created',
    deployment: deploymentPayload(deployment, repository, app.urls),
    workflow: null,
    workflow_run: null,
    ...eventFrame(repository, actor.account, app.urls),
  }
  const ordering_key = orderingKeyOf(deployment.id)
  const event = { repository_id: repository.id, name: 'deployment', payload, ordering_key }
  await recordEvent(app, tx, event)
}

/** With its statuses. Throws `not_found`, and `invalid` for an active deployment among others. */
export async function removeDeployment(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  repositoryId: number,
  id: number,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const deployment = await findDeployment(tx, repositoryId, id)
    const { environment_key, state } = deployment
    const ids = { repository_id: repositoryId, id }
    const sibling = await tx.first(siblingOf, { ...ids, environment_key })
    if (!mayDelete({ isActive: state === 'success', isOnlyOneInEnvironment: !sibling })) {
      throw new Problem('invalid', 'Validation Failed', [activeMessage])
    }
    await tx.all(deleteDeployment, ids)
    await wakeQueue(app, tx, { repository_id: repositoryId, environment_key })
    await recordAudit(app, tx, { ...lineOf('delete', deployment), before: whatOf(deployment) })
  }, repositoryId)
}

const activeMessage =
  'We cannot delete an active deployment unless it is the only deployment in a given environment.'
