import type { App } from '../app.ts'
import { recordEnvironmentChange } from '../cd-events/cd-events.ts'
import { wakeHolds } from '../holds/holds.ts'
import { notFound } from '../lib/problem.ts'
import type { Db, Tx } from '../store/engine.ts'
import { type Environment, environmentKeyOf } from './model.ts'
import { deleteEnvironment, environmentByName, insertEnvironment } from './queries.ts'

type Recorder = Pick<App, 'now' | 'signals' | 'urls'>

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
    await wakeHolds(app, tx, { environment_id: gone.id })
    await recordEnvironmentChange(app, tx, gone, 'deleted')
  }, repositoryId)
}
