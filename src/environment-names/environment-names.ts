import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { type Environment, environmentKeyOf } from '../environments/model.ts'
import { parseFilter } from '../events/model.ts'
import { wakeHolds } from '../holds/holds.ts'
import { invalidField } from '../lib/problem.ts'
import { Duplicate, type Tx } from '../store/engine.ts'
import {
  clearLifetime,
  filtersOf,
  type Renaming,
  renameInDeployments,
  renameInLifetimes,
  renameInStatuses,
  renameRow,
  replaceFilter,
} from './queries.ts'

type Place = { readonly repositoryId: number; readonly name: string }

/**
 * Gives an environment another name, and all that goes by the name with it: deployments and
 * their statuses, limits, the filters of the repository's hooks. Rules, secrets and locks go
 * by its id. What waits is asked for anew: an approval is for an environment by its name. The
 * old name is free. Throws `not_found`, and `invalid` for a name that is taken.
 */
export async function renameEnvironment(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { repositoryId, name: old }: Place,
  name: string,
): Promise<Environment> {
  try {
    return await app.store.transaction(async (tx) => {
      const before = await findEnvironment(tx, repositoryId, old)
      const [old_key, name_key] = [before.name, name].map(environmentKeyOf)
      const renaming = { repository_id: repositoryId, old_key, name, name_key } as Renaming
      const row = { ...renaming, updated_at: app.now().toISOString() }
      const renamed = await tx.first(renameRow, row)
      if (!renamed) throw new Error('The renamed environment was not returned')
      await carryAlong(tx, renaming)
      await renameInFilters(tx, renaming, before.name)
      await recordAudit(app, tx, {
        action: 'environment.rename',
        repository_id: repositoryId,
        environment: name,
        before: { name: before.name },
        after: { name },
      })
      await wakeHolds(app, tx, { environment_id: before.id })
      return renamed
    }, repositoryId)
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw invalidField({ resource: 'Environment', field: 'name', code: 'already_exists' })
  }
}

async function carryAlong(tx: Tx, renaming: Renaming): Promise<void> {
  await tx.all(renameInStatuses, renaming)
  await tx.all(renameInDeployments, renaming)
  // Of the same name in other case there is nothing to move.
  if (renaming.old_key === renaming.name_key) return
  await tx.all(clearLifetime, renaming)
  await tx.all(renameInLifetimes, renaming)
}

/** A pattern that means others as well stays as it is. */
async function renameInFilters(tx: Tx, renaming: Renaming, old: string): Promise<void> {
  for (const { id, filter: column } of await tx.all(filtersOf, renaming)) {
    const filter = parseFilter(column ?? '{}')
    if (!filter.environments.includes(old)) continue
    const environments = filter.environments.map((one) => (one === old ? renaming.name : one))
    await tx.all(replaceFilter, { id, filter: JSON.stringify({ ...filter, environments }) })
  }
}
