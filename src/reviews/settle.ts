import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { recordDeployment } from '../deployments/deployments.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import type { Author, Deployment } from '../deployments/model.ts'
import { recordGateStatus } from '../deployments/statuses.ts'
import { findGates, type Gates } from '../gates/gates.ts'
import { findHold, type Hold, nobodyAsked, postponeHold, removeHold } from '../holds/holds.ts'
import type { Ancestry } from '../queues/model.ts'
import { findAncestry } from '../queues/queues.ts'
import type { Repository } from '../repositories/model.ts'
import { findRepositoryById } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import { requestDecisions } from './requests.ts'

/** A deployment that waits, and where. */
export type Held = {
  readonly hold: Hold
  readonly repository: Repository
  readonly deployment: Deployment
  /** What git was asked about it. */
  readonly ancestry?: Ancestry
}

/** Undefined for one that waits for nothing any more. Throws `not_found` where there is none. */
export async function findHeld(
  db: Db,
  repository: Repository,
  id: number,
): Promise<Held | undefined> {
  const deployment = await findDeployment(db, repository.id, id)
  const hold = await findHold(db, id)
  return hold && { hold, repository, deployment }
}

export const gatesOf = (
  { now }: Pick<App, 'now'>,
  db: Db,
  { hold, repository, deployment, ancestry = nothingAsked }: Held,
): Promise<Gates> =>
  findGates(db, {
    ...{ repository, deployment, environmentId: hold.environment_id },
    ...{ ref: { type: hold.ref_type, name: hold.ref_name }, ancestry },
    ...{ now: now(), heldAt: new Date(hold.held_at) },
  })

const nothingAsked: Ancestry = new Map()

/**
 * What git says of a deployment that waits for its turn: asked before the transaction that may
 * release it, so that it need not be looked at twice. Throws `not_found`.
 */
export async function findHeldAncestry(
  app: App,
  { repository, id }: { readonly repository: Repository; readonly id: number },
): Promise<Ancestry> {
  const held = await findHeld(app.store.read, repository, id)
  return held ? await findAncestry(app, held.deployment) : nothingAsked
}

/** Looks at a deployment whose time has come; another node may have been quicker. */
export async function settleDue(
  app: App,
  due: Pick<Hold, 'deployment_id' | 'repository_id'>,
): Promise<void> {
  const { read } = app.store
  const { deployment_id: id, repository_id } = due
  if (!(await findHold(read, id))) return
  const ancestry = await findAncestry(app, await findDeployment(read, repository_id, id))
  await app.store.transaction(async (tx) => {
    const hold = await findHold(tx, id)
    if (!hold || hold.due_at > app.now().toISOString()) return
    const repository = await findRepositoryById(tx, repository_id)
    const deployment = await findDeployment(tx, repository.id, id)
    const held = { hold, repository, deployment, ancestry }
    await settle(app, tx, held, authorOf(held))
  }, repository_id)
}

/** What time does is done for whoever asked for the deployment, or where they are gone, for the owner. */
const authorOf = ({ deployment, repository }: Held): Author =>
  deployment.creator
    ? { account: deployment.creator, app_id: deployment.app_id }
    : { account: repository.owner, app_id: null }

/**
 * Does what the gates say now, in one transaction with what made them say it: releases
 * the deployment with its event, ends it, or has it wait on. Gives it as it is then.
 */
export async function settle(app: App, tx: Tx, held: Held, author: Author): Promise<Deployment> {
  const { hold, repository, deployment } = held
  const gates = await gatesOf(app, tx, held)
  const { outcome, binding } = gates
  switch (outcome.kind) {
    case 'release':
      return await release(app, tx, held, { gates, author })
    case 'end': {
      await removeHold(tx, deployment.id)
      await recordAudit(app, tx, { ...lineOf(held, 'refuse'), after: { reason: outcome.reason } })
      const { supersededBy: superseded_by } = gates
      const state = superseded_by === null ? 'failure' : 'inactive'
      const status = { state, description: outcome.reason, superseded_by } as const
      return await recordGateStatus(app, tx, { repository, deployment, author }, status)
    }
    case 'hold': {
      const due_at = outcome.dueAt.toISOString()
      await postponeHold(app, tx, hold, { binding, due_at })
      return binding === hold.binding ? deployment : await askAnew(app, tx, held, gates)
    }
  }
}

/** What the gates have done, in the audit log's words. */
const lineOf = ({ repository, deployment }: Held, verb: 'release' | 'refuse') => ({
  action: `deployment.${verb}`,
  repository_id: repository.id,
  environment: deployment.environment,
  subject: `deployment ${deployment.id}`,
})

type Release = { readonly gates: Gates; readonly author: Author }

async function release(
  app: App,
  tx: Tx,
  held: Held,
  { gates, author }: Release,
): Promise<Deployment> {
  const { repository } = held
  await removeHold(tx, held.deployment.id)
  await recordAudit(app, tx, lineOf(held, 'release'))
  const place = { repository, deployment: held.deployment, author }
  const description = gates.overruling ?? 'Every gate of the environment has opened'
  const status = { state: 'queued', description } as const
  const deployment = await recordGateStatus(app, tx, place, status)
  await recordDeployment(app, tx, { deployment, repository, actor: authorOf(held) })
  return deployment
}

/** For the first time, or because what was approved is no longer what waits: then a status says so. */
async function askAnew(app: App, tx: Tx, held: Held, gates: Gates): Promise<Deployment> {
  const { hold, repository, deployment } = held
  const author = authorOf(held)
  await requestDecisions(app, tx, { repository, deployment, gates, since: hold.held_at, author })
  if (hold.binding === nobodyAsked) return deployment
  const description = `The rules of ${deployment.environment} changed: what was approved before does not count`
  const place = { repository, deployment, author }
  return await recordGateStatus(app, tx, place, { state: 'waiting', description })
}
