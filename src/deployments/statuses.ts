import type { App } from '../app.ts'
import { findPerformer } from '../apps/apps.ts'
import { recordAudit } from '../audit/audit.ts'
import type { UserActor } from '../auth/model.ts'
import { findServiceChange, isChangeWanted, recordServiceChange } from '../cd-events/cd-events.ts'
import { ensureEnvironment } from '../environments/environments.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { recordEvent, recordInactive } from '../events/events.ts'
import { removeHold } from '../holds/holds.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { wakeQueue } from '../queues/queues.ts'
import { onceFor } from '../recent/once-for.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { DeploymentStatusRow } from '../tables/deployments.ts'
import { endsHold, environmentOf, isAnnounced, isEnd, supersededBy } from './decide-status.ts'
import { findDeployment, orderingKeyOf, withCreator } from './find-deployment.ts'
import {
  type Author,
  type Deployment,
  type DeploymentState,
  type DeploymentStatus,
  type NewDeploymentStatus,
  statusDescriptionCharactersMax,
} from './model.ts'
import { deploymentPayload, statusPayload } from './payload.ts'
import { supersedable, updateDeployment } from './queries.ts'
import { insertStatus, statusById, statusesOf, successOf } from './status-queries.ts'

/**
 * Says how a deployment goes: the status, what it changes on its deployment,
 * what `auto_inactive` changes on others, and the event, in one transaction
 * (contract 2.5 and 2.6). Throws `not_found`, and `invalid` for one that would pass by
 * the gates that the deployment waits for.
 */
export async function createStatus(
  app: App,
  actor: UserActor,
  place: { readonly repository: Repository; readonly deploymentId: number },
  request: NewDeploymentStatus,
): Promise<DeploymentStatus> {
  const { repository, deploymentId } = place
  const performer = await findPerformer(app.store.read, actor.app_id)
  const change = await findChange(app, place, request)
  return await app.store.transaction(async (tx) => {
    const before = await findDeployment(tx, repository.id, deploymentId)
    if (before.state === 'waiting') await endHold(tx, before, request)
    const environment = environmentOf(request.environment, before)
    if (environment !== before.environment) {
      await ensureEnvironment(tx, app, repository.id, environment)
    }
    const said = { ...request, environment }
    const { row, deployment } = await writeStatus(app, tx, { actor, before, said })
    if (isEnd(request.state)) await wakeQueue(app, tx, before)
    await recordAudit(app, tx, {
      action: 'deployment.status',
      repository_id: repository.id,
      environment,
      subject: `deployment ${deploymentId}`,
      before: { state: before.state, environment: before.environment },
      after: { state: row.state, environment },
    })
    const status = { ...row, creator: actor.account, performer }
    await supersede(app, tx, { actor, performer, deployment, request, repository })
    const findWhole = async () => deployment
    await recordStatus(app, tx, { status, findWhole, repository, actor })
    if (change) await recordServiceChange(app, tx, deployment, change)
    return status
  }, repository.id)
}

/** What hooks are told of the status that speak of services. */
async function findChange(
  app: App,
  { repository, deploymentId }: { readonly repository: Repository; readonly deploymentId: number },
  request: NewDeploymentStatus,
) {
  const { read } = app.store
  const { state } = request
  if (!(await isChangeWanted(read, repository.id, state))) return undefined
  const before = await findDeployment(read, repository.id, deploymentId)
  const environment = environmentOf(request.environment, before)
  const there = { ...before, environment, environment_key: environmentKeyOf(environment) }
  const change = await findServiceChange(app, there, state)
  return change && { change, state, ordering_key: orderingKeyOf(deploymentId) }
}

/** What waits can be given up by whoever may deploy, and nothing else be said of it. */
async function endHold(
  tx: Tx,
  { id, environment }: Deployment,
  { state }: NewDeploymentStatus,
): Promise<void> {
  if (endsHold(state)) return await removeHold(tx, id)
  const message = `Deployment ${id} waits for the gates of ${environment}, so its state can only become error, failure or inactive`
  throw invalidField({ resource: 'DeploymentStatus', field: 'state', code: 'custom', message })
}

type GatePlace = {
  readonly repository: Repository
  readonly deployment: Deployment
  readonly author: Author
}

/** What the gates of its environment make of a deployment: the status, and its event. Gives the deployment as it is then. */
export async function recordGateStatus(
  app: App,
  tx: Tx,
  { repository, deployment: before, author: actor }: GatePlace,
  {
    state,
    description,
    superseded_by = null,
  }: Pick<Said, 'state' | 'description' | 'superseded_by'>,
): Promise<Deployment> {
  const { environment } = before
  const about = { state, environment, superseded_by }
  const said = { ...nothingSaid, ...about, description: shortened(description) }
  const { row, deployment } = await writeStatus(app, tx, { actor, before, said })
  const performer = await findPerformer(tx, actor.app_id)
  const status = { ...row, creator: actor.account, performer }
  await recordStatus(app, tx, { status, findWhole: async () => deployment, repository, actor })
  return deployment
}

/** To what a status may say, counted as people count. */
function shortened(text: string): string {
  const characters = [...text.replace(/\p{Cc}+/gu, ' ')]
  if (characters.length <= statusDescriptionCharactersMax) return characters.join('')
  return `${characters.slice(0, statusDescriptionCharactersMax - 1).join('')}…`
}

type Said = Pick<
  NewDeploymentStatus,
  'description' | 'log_url' | 'target_url' | 'environment_url'
> & {
  readonly state: DeploymentState
  readonly environment: string
  readonly superseded_by?: number | null
}

type Change<Before> = {
  readonly actor: Author
  readonly before: Before
  readonly said: Said
}

/** The status, and what it leaves on its deployment. */
async function writeStatus<Before extends Pick<Deployment, 'id' | 'repository_id'>>(
  app: Pick<App, 'now'>,
  tx: Tx,
  { actor, before, said }: Change<Before>,
) {
  const now = app.now().toISOString()
  const wanted: Omit<DeploymentStatusRow, 'id'> = {
    repository_id: before.repository_id,
    deployment_id: before.id,
    creator_id: actor.account.id,
    app_id: actor.app_id,
    state: said.state,
    description: said.description,
    environment: said.environment,
    // `target_url` is the older name of the same thing (contract 2.2).
    log_url: said.log_url || said.target_url,
    environment_url: said.environment_url,
    created_at: now,
    updated_at: now,
  }
  const row = await tx.first(insertStatus, wanted)
  if (!row) throw new Error('The new deployment status was not returned')
  const left = {
    state: said.state,
    superseded_by: said.superseded_by ?? null,
    environment: said.environment,
    environment_key: environmentKeyOf(said.environment),
    updated_at: now,
  }
  await tx.all(updateDeployment, { id: before.id, ...left })
  return { row, deployment: { ...before, ...left } }
}

const nothingSaid = { description: '', log_url: '', target_url: '', environment_url: '' }

type Success = {
  readonly actor: UserActor
  readonly performer: DeploymentStatus['performer']
  readonly deployment: Deployment
  readonly request: NewDeploymentStatus
  readonly repository: Repository
}

/** `auto_inactive`. The statuses it makes are the caller's and say nothing more (contract 2.5). */
async function supersede(
  app: App,
  tx: Tx,
  { actor, performer, deployment, request, repository }: Success,
): Promise<void> {
  const { repository_id, environment_key, id } = deployment
  const asked = { state: request.state, autoInactive: request.auto_inactive }
  if (asked.state !== 'success' || !asked.autoInactive) return
  const candidates = await tx.all(supersedable, { repository_id, environment_key, id })
  for (const before of supersededBy(asked, deployment, candidates)) {
    const { environment } = before
    const said = { ...nothingSaid, state: 'inactive', environment, superseded_by: id } as const
    const { row } = await writeStatus(app, tx, { actor, before, said })
    const status = { ...row, creator: actor.account, performer }
    const findWhole = () => findDeployment(tx, repository_id, before.id)
    await recordStatus(app, tx, { status, findWhole, repository, actor })
  }
}

type Happening = {
  readonly status: DeploymentStatus
  /** Asked for only where somebody is to be told. */
  readonly findWhole: () => Promise<Deployment>
  readonly repository: Repository
  readonly actor: Author
}

async function recordStatus(
  app: App,
  tx: Tx,
  { status, findWhole, repository, actor }: Happening,
): Promise<void> {
  const ordering_key = orderingKeyOf(status.deployment_id)
  const about = { repository_id: repository.id, name: 'deployment_status', ordering_key }
  const findPayload = async () => ({
    action: 'created',
    deployment_status: statusPayload(status, repository, app.urls),
    deployment: deploymentPayload(await findWhole(), repository, app.urls),
    ...eventFrame(repository, actor.account, app.urls),
  })
  if (!isAnnounced(status.state)) return await recordInactive(app, tx, about, findPayload)
  await recordEvent(app, tx, { ...about, payload: await findPayload() })
}

/** Whether it ever did, whatever became of it since. */
export const hasSucceeded = async (db: Db, deployment_id: number): Promise<boolean> =>
  (await db.first(successOf, { deployment_id })) !== undefined

/** Null while there is none. */
export async function findLatestStatus(
  db: Db,
  deploymentId: number,
): Promise<DeploymentStatus | null> {
  const page = { deployment_id: deploymentId, limit: 1, offset: 0 }
  const row = await db.first(statusesOf, page)
  return row ? withCreator(row) : null
}

/** Throws `not_found`. */
export async function findStatus(
  db: Db,
  deploymentId: number,
  id: number,
): Promise<DeploymentStatus> {
  const row = await db.first(statusById, { deployment_id: deploymentId, id })
  if (!row) throw notFound()
  return statusIn(row)
}

const statusIn = onceFor((row: RowOf<typeof statusById>): DeploymentStatus => withCreator(row))

/** What was said of a deployment, newest first. */
export async function findStatuses(
  db: Db,
  deployment_id: number,
  limit: number,
): Promise<DeploymentStatus[]> {
  const rows = await db.all(statusesOf, { deployment_id, limit, offset: 0 })
  return rows.map(withCreator)
}
