import type { App } from '../app.ts'
import { findHooksOfCdEvents, isLetThrough, recordEventForHooks } from '../events/events.ts'
import type { DeploymentFacts } from '../events/model.ts'
import { Problem } from '../lib/problem.ts'
import { fullNameOf } from '../repositories/model.ts'
import { findRepositoryById } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import { newGuid } from '../store/guid.ts'
import type { EnvironmentRow } from '../tables/environments.ts'
import { decideChange } from './decide-change.ts'
import { type Changing, type EnvironmentChange, type ServiceChange, typeOf } from './model.ts'
import { environmentEvent, serviceEvent } from './payload.ts'
import { succeededAt } from './queries.ts'

type Recorder = Pick<App, 'now' | 'signals' | 'urls'>

/** Whether a new status can be a change, and a hook wants to hear of it as a CDEvent. */
export const isChangeWanted = async (
  db: Db,
  repository_id: number,
  state: string,
): Promise<boolean> =>
  (state === 'success' || state === 'inactive') &&
  (await findHooksOfCdEvents(db, repository_id)).length > 0

/**
 * Which change a new status will be; undefined where it is none. To be asked before the transaction
 * that writes it: git may have to be asked as well.
 */
export async function findServiceChange(
  { store: { read }, git }: Pick<App, 'store' | 'git'>,
  deployment: Changing,
  state: string,
): Promise<ServiceChange | undefined> {
  const succeeded = await read.all(succeededAt, deployment)
  const [previous, ...others] = succeeded.filter(({ id }) => id !== deployment.id)
  const asksGit = state === 'success' && previous && previous.sha !== deployment.sha
  const range = asksGit && { base: deployment.sha, head: previous.sha }
  return decideChange({
    ...{ state, task: deployment.task },
    hadSucceeded: succeeded.some(({ id }) => id === deployment.id),
    isReplaced: [previous, ...others].some((one) => one?.state === 'success'),
    previous: previous && {
      // A git that is too slow has nobody's deployment fail: it is told as an upgrade.
      hasCommit: range
        ? await git.isAncestor(deployment.repository_id, range).catch(noIfSlow)
        : false,
    },
  })
}

function noIfSlow(error: unknown): false {
  if (error instanceof Problem && error.code === 'unavailable') return false
  throw error
}

type Told = {
  readonly change: ServiceChange
  readonly state: string
  readonly ordering_key: string
}

/** Tells the hooks that want CDEvents, in the transaction that made it true. */
export async function recordServiceChange(
  app: Recorder,
  tx: Tx,
  deployment: Changing,
  { change, state, ordering_key }: Told,
): Promise<void> {
  const { environment, task, repository_id } = deployment
  const isProduction = deployment.production_environment === 1
  await record(app, tx, {
    ...{ repository_id, ordering_key },
    name: typeOf(`service.${change}`),
    facts: { environment, task, isProduction, state },
    payloadOf: (place) => serviceEvent(change, deployment, place),
  })
}

/** Of a filter only the environments concern it. */
export async function recordEnvironmentChange(
  app: Recorder,
  tx: Tx,
  { id, repository_id, name }: Pick<EnvironmentRow, 'id' | 'repository_id' | 'name'>,
  change: EnvironmentChange,
): Promise<void> {
  await record(app, tx, {
    ...{ repository_id, ordering_key: `environment:${id}` },
    name: typeOf(`environment.${change}`),
    facts: { environment: name, task: undefined, isProduction: true, state: undefined },
    payloadOf: (place) => environmentEvent(change, name, place),
  })
}

type Recorded = {
  readonly repository_id: number
  readonly ordering_key: string
  readonly name: string
  readonly facts: DeploymentFacts
  readonly payloadOf: (place: Parameters<typeof environmentEvent>[2]) => object
}

async function record(app: Recorder, tx: Tx, event: Recorded): Promise<void> {
  const { repository_id, ordering_key, name, facts } = event
  const hooks = (await findHooksOfCdEvents(tx, repository_id))
    .filter(({ filter }) => isLetThrough(filter, facts))
    // No member beside those of CDEvents.
    .map(({ hook }) => ({ hook, installation: null }))
  if (hooks.length === 0) return
  const fullName = fullNameOf(await findRepositoryById(tx, repository_id))
  const now = app.now()
  const guid = newGuid(now)
  const source = `${app.urls.web}/${fullName}`
  const payload = event.payloadOf({ fullName, source, guid, now })
  await recordEventForHooks(app, tx, hooks, { repository_id, ordering_key, name, guid, payload })
}
