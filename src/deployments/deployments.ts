import type { App } from '../app.ts'
import { findPerformer } from '../apps/apps.ts'
import type { UserActor } from '../auth/model.ts'
import { doNeutralChecksPass } from '../checks/checks.ts'
import { findContexts } from '../commits/commits.ts'
import { ensureEnvironment } from '../environments/environments.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { recordEvent } from '../events/events.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { DeploymentRow } from '../store/tables.ts'
import { readyRef } from './auto-merge.ts'
import { withCreator } from './creator.ts'
import { decideContexts, isNeutral, isProduction, mayDelete } from './decide-create.ts'
import type { Deployment, NewDeployment } from './model.ts'
import { deploymentPayload } from './payload.ts'
import { deleteDeployment, deploymentById, insertDeployment, siblingOf } from './queries.ts'

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
  const payload = payloadText(request.payload)
  const readied = await readyRef(app, actor, repository, request)
  if (readied.kind === 'merged') return readied
  const performer = await findPerformer(app.store.read, actor.app_id)
  const row = rowOf(request, { payload, actor, repository, sha: readied.sha, now: app.now() })
  return await app.store.transaction(async (tx) => {
    await checkContexts(tx, request, row)
    await ensureEnvironment(tx, app, repository.id, row.environment)
    const inserted = await tx.first(insertDeployment, row)
    if (!inserted) throw new Error('The new deployment was not returned')
    const deployment = { ...inserted, creator: actor.account, performer }
    await recordDeployment(app, tx, { deployment, repository, actor })
    return { kind: 'created', deployment }
  }, repository.id)
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

/** Asked in the transaction, so that a status acknowledged before this one counts. */
async function checkContexts(
  tx: Tx,
  { ref, required_contexts }: NewDeployment,
  { repository_id, sha }: Omit<DeploymentRow, 'id'>,
): Promise<void> {
  if (required_contexts?.length === 0) return
  const found = await findContexts(tx, repository_id, sha)
  const doNeutralsPass = found.some(isNeutral) && (await doNeutralChecksPass(tx, repository_id))
  const decision = decideContexts(required_contexts, found, doNeutralsPass)
  if (decision.kind === 'pass') return
  const contexts = decision.contexts.map(({ context, state }) => ({ context, state }))
  throw new Problem('conflict', `Conflict: Commit status checks failed for ${ref}.`, [
    { contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
  ])
}

type Happening = { deployment: Deployment; repository: Repository; actor: UserActor }

async function recordDeployment(
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

/** What happens to one deployment reaches each hook in the order it happened. */
export const orderingKeyOf = (deploymentId: number): string => `deployment:${deploymentId}`

/** Throws `not_found`. */
export async function findDeployment(
  db: Db,
  repositoryId: number,
  id: number,
): Promise<Deployment> {
  const row = await db.first(deploymentById, { repository_id: repositoryId, id })
  if (!row) throw notFound()
  return withCreator(row)
}

/** With its statuses. Throws `not_found`, and `invalid` for an active deployment among others. */
export async function removeDeployment(
  app: Pick<App, 'store'>,
  repositoryId: number,
  id: number,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const { environment_key, state } = await findDeployment(tx, repositoryId, id)
    const ids = { repository_id: repositoryId, id }
    const sibling = await tx.first(siblingOf, { ...ids, environment_key })
    if (!mayDelete({ isActive: state === 'success', isOnlyOneInEnvironment: !sibling })) {
      throw new Problem('invalid', 'Validation Failed', [activeMessage])
    }
    await tx.all(deleteDeployment, ids)
  }, repositoryId)
}

const activeMessage =
  'We cannot delete an active deployment unless it is the only deployment in a given environment.'
