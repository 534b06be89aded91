import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { environmentKeyOf } from '../environments/model.ts'
import type { Db } from '../store/engine.ts'
import { type Lifetime, unlimited } from './model.ts'
import { deleteLifetime, lifetimeOf, putLifetime } from './queries.ts'
import { sweepLifetimes } from './sweep.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/** An environment, or where no name is given all that have no limits of their own. */
type Place = { readonly repositoryId: number; readonly name: string | undefined }

/** Throws `not_found`. */
async function findKey(db: Db, { repositoryId, name }: Place) {
  const environment = name === undefined ? undefined : await findEnvironment(db, repositoryId, name)
  const environment_key = environment ? environmentKeyOf(environment.name) : ''
  return { repository_id: repositoryId, environment_key }
}

/** Throws `not_found`. */
export async function findLifetime(db: Db, place: Place): Promise<Lifetime> {
  return (await db.first(lifetimeOf, await findKey(db, place))) ?? unlimited
}

/** Throws `not_found`. */
export async function setLifetime(app: Changing, place: Place, lifetime: Lifetime): Promise<void> {
  const { repositoryId, name } = place
  await app.store.transaction(async (tx) => {
    const key = await findKey(tx, place)
    const before = (await tx.first(lifetimeOf, key)) ?? unlimited
    const isUnlimited = Object.values(lifetime).every((limit) => limit === null)
    // For an environment even no limit is one of its own: the repository's is not for it.
    if (isUnlimited && name === undefined) await tx.all(deleteLifetime, key)
    else await tx.all(putLifetime, { ...key, ...lifetime })
    await recordAudit(app, tx, {
      action: 'retention.update',
      repository_id: repositoryId,
      ...(name !== undefined && { environment: name }),
      before,
      after: lifetime,
    })
  }, repositoryId)
}

/** The environment goes by the repository's limits again. Throws `not_found`. */
export async function dropLifetime(app: Changing, place: Place): Promise<void> {
  const { repositoryId: repository_id, name } = place
  await app.store.transaction(async (tx) => {
    await tx.all(deleteLifetime, await findKey(tx, place))
    const line = { action: 'retention.delete', repository_id }
    await recordAudit(app, tx, { ...line, ...(name !== undefined && { environment: name }) })
  }, repository_id)
}

const everyMs = 60_000

/** Ends and deletes what has outlived its environment's limits, from time to time and in small steps. */
export function startLifetimes(app: App): AsyncDisposable {
  const stopping = new AbortController()
  const sweeping = keepSweeping(app, stopping.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await sweeping
    },
  }
}

async function keepSweeping(app: App, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweepLifetimes(app, signal)
    } catch (error) {
      // The database is away, or a repository was just deleted; the next time will do.
      app.log.error({ err: error }, 'lifetimes.failed')
    }
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
