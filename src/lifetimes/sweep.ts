import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { recordGateStatus } from '../deployments/statuses.ts'
import { Problem } from '../lib/problem.ts'
import { findRepositoryById } from '../repositories/repositories.ts'
import { idsMax, type RowOf } from '../store/query.ts'
import { removeDeployments } from './deletion.ts'
import {
  expiredDeployments,
  limitedEnvironments,
  newestBeyond,
  spentTransients,
} from './queries.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const environmentsPerRead = 100
/** Others write between two steps. */
const betweenStepsMs = 50

/** Once over every environment that has a limit. */
export async function sweepLifetimes(app: App, signal: AbortSignal): Promise<void> {
  for (let after = 0; !signal.aborted; ) {
    const page = { after, limit: environmentsPerRead }
    const environments = await app.store.read.all(limitedEnvironments, page)
    for (const environment of environments) {
      if (!signal.aborted) await sweepOne(app, environment, signal)
    }
    if (environments.length < environmentsPerRead) return
    after = environments.at(-1)?.id ?? after
  }
}

type Limited = RowOf<typeof limitedEnvironments>

async function sweepOne(app: App, environment: Limited, signal: AbortSignal): Promise<void> {
  await endTransients(app, environment)
  while (!signal.aborted && (await deleteExpired(app, environment)) === idsMax) {
    await sleep(betweenStepsMs, undefined, { signal }).catch(() => undefined)
  }
}

const ago = ({ now }: Pick<App, 'now'>, ms: number) => new Date(now().getTime() - ms).toISOString()
const placeOf = ({ repository_id, name_key }: Limited) => ({
  repository_id,
  environment_key: name_key,
})

async function endTransients(app: App, environment: Limited): Promise<void> {
  const { transient_hours: hours, repository_id } = environment
  if (hours === null) return
  const spent = { ...placeOf(environment), before: ago(app, hours * hourMs) }
  for (const { id } of await app.store.read.all(spentTransients, spent)) {
    await app.store.transaction(async (tx) => {
      const repository = await findRepositoryById(tx, repository_id)
      const deployment = await findDeployment(tx, repository_id, id).catch(undefinedIfGone)
      // Somebody else has said something of it meanwhile.
      if (deployment?.state !== 'success' || deployment.updated_at >= spent.before) return
      const author = { account: deployment.creator ?? repository.owner, app_id: deployment.app_id }
      const description = `A transient environment lasts ${hours} hours here`
      const place = { repository, deployment, author }
      await recordGateStatus(app, tx, place, { state: 'inactive', description })
    }, repository_id)
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof Problem && error.code === 'not_found')) throw error
}

/** One step; gives how many it deleted. What is neither among the newest nor young enough goes. */
async function deleteExpired(app: App, environment: Limited): Promise<number> {
  const { keep, days, repository_id, name_key } = environment
  if (keep === null && days === null) return 0
  const place = placeOf(environment)
  const before = ago(app, (days ?? 0) * dayMs)
  return await app.store.transaction(async (tx) => {
    const beyond = await tx.first(newestBeyond, { ...place, keep: keep ?? 0 })
    if (!beyond) return 0
    const rows = await tx.all(expiredDeployments, { ...place, up_to: beyond.id, before })
    const ids = rows.map(({ id }) => id)
    const line = { action: 'deployment.expire', repository_id, environment: name_key }
    if (ids.length > 0) await removeDeployments(app, tx, { ...line, ids })
    return ids.length
  }, repository_id)
}
