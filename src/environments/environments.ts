import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { recordEnvironmentChange } from '../cd-events/cd-events.ts'
import { wakeHolds } from '../holds/holds.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import type { Db, Tx } from '../store/engine.ts'
import { type Environment, environmentKeyOf, type OwnSettings } from './model.ts'
import {
  countReviewingPeople,
  deleteEnvironment,
  environmentByName,
  insertEnvironment,
  updateApprovals,
} from './queries.ts'

type Recorder = Pick<App, 'now' | 'signals' | 'urls' | 'who'>

/**
 * The environment of that name, made bare if there is none (contract 4.9). Call
 * inside a transaction of the repository: its writers run one after another, so
 * nobody else can make it in between.
 */
export async function ensureEnvironment(
  tx: Tx,
  app: Recorder,
  repositoryId: number,
  name: string,
): Promise<Environment> {
  const at = { repository_id: repositoryId, name_key: environmentKeyOf(name) }
  const found = await tx.first(environmentByName, at)
  if (found) return found
  const now = app.now().toISOString()
  const made = await tx.first(insertEnvironment, { ...at, name, created_at: now, updated_at: now })
  if (!made) throw new Error('The new environment was not returned')
  const line = { action: 'environment.create', repository_id: repositoryId, environment: name }
  await recordAudit(app, tx, line)
  await recordEnvironmentChange(app, tx, made, 'created')
  return made
}

/** Whatever case the name is in. Throws `not_found`. */
export async function findEnvironment(
  db: Db,
  repositoryId: number,
  name: string,
): Promise<Environment> {
  const at = { repository_id: repositoryId, name_key: environmentKeyOf(name) }
  const found = await db.first(environmentByName, at)
  if (!found) throw notFound()
  return found
}

/** What the edit does not name stays. Throws `not_found`, and `invalid` for more approvals than people can give. */
export async function editOwnSettings(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  repositoryId: number,
  name: string,
  edit: OwnSettings,
): Promise<Environment> {
  return await app.store.transaction(async (tx) => {
    const before = await findEnvironment(tx, repositoryId, name)
    const { required_approvals = before.required_approvals } = edit
    if (required_approvals === before.required_approvals) return before
    await refuseTooMany(tx, before, required_approvals)
    await wakeHolds(app, tx, { environment_id: before.id })
    const updated_at = app.now().toISOString()
    const after = { id: before.id, required_approvals, updated_at }
    await recordAudit(app, tx, {
      action: 'environment.settings',
      ...{ repository_id: repositoryId, environment: before.name },
      ...{
        before: { required_approvals: before.required_approvals },
        after: { required_approvals },
      },
    })
    return (await tx.first(updateApprovals, after)) ?? before
  }, repositoryId)
}

async function refuseTooMany(tx: Tx, { id, name }: Environment, approvals: number): Promise<void> {
  if (approvals === 1) return
  const { count = 0 } = (await tx.first(countReviewingPeople, { environment_id: id })) ?? {}
  if (approvals <= count) return
  const people = count === 1 ? '1 person reviews' : `${count} people review`
  const message = `required_approvals cannot be ${approvals}: ${people} what is deployed to ${name}`
  throw invalidField({
    ...{ resource: 'Environment', field: 'required_approvals', code: 'custom', message },
  })
}

/** Its deployments stay: they hold the name, not the environment (contract 4.5). Throws `not_found`. */
export async function removeEnvironment(
  app: Recorder & Pick<App, 'store'>,
  repositoryId: number,
  name: string,
): Promise<void> {
  const at = { repository_id: repositoryId, name_key: environmentKeyOf(name) }
  await app.store.transaction(async (tx) => {
    const gone = await tx.first(deleteEnvironment, at)
    if (!gone) throw notFound()
    const line = { action: 'environment.delete', repository_id: repositoryId, environment: name }
    await recordAudit(app, tx, line)
    await wakeHolds(app, tx, { environment_id: gone.id })
    await recordEnvironmentChange(app, tx, gone, 'deleted')
  }, repositoryId)
}
