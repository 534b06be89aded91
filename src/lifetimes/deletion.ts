import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { environmentKeyOf } from '../environments/model.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db, Tx } from '../store/engine.ts'
import { idsMax, idsOf } from '../store/query.ts'
import type { BulkDeletion } from './model.ts'
import { deletableBy, deleteDeployments } from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

export type Deletion = {
  readonly ids: readonly number[]
  /** There are more: ask again. */
  readonly hasMore: boolean
}

/** What would be deleted, or is: deployments that have ended and are not live, the oldest first, a part at a time. */
export async function deleteInBulk(
  app: Changing,
  { id: repository_id }: Repository,
  { dry_run, ...filter }: BulkDeletion,
): Promise<Deletion> {
  if (dry_run) return await findDeletable(app.store.read, repository_id, filter)
  return await app.store.transaction(async (tx) => {
    const found = await findDeletable(tx, repository_id, filter)
    if (found.ids.length === 0) return found
    const line = { action: 'deployment.bulk_delete', repository_id }
    await removeDeployments(app, tx, { ...line, ids: found.ids, after: { filter } })
    return found
  }, repository_id)
}

type Filter = Omit<BulkDeletion, 'dry_run'>
const words = ['environment', 'task', 'ref', 'state', 'created_before'] as const

async function findDeletable(db: Db, repository_id: number, filter: Filter): Promise<Deletion> {
  const { environment = '', task = '', ref = '', state = '', created_before } = filter
  const rows = await db.all(deletableBy(words.filter((word) => filter[word] !== undefined)), {
    ...{ repository_id, task, ref, state },
    environment: environmentKeyOf(environment),
    created_before: created_before ? new Date(created_before).toISOString() : '',
    limit: idsMax + 1,
  })
  return { ids: rows.slice(0, idsMax).map(({ id }) => id), hasMore: rows.length > idsMax }
}

type Removal = {
  readonly action: string
  readonly repository_id: number
  readonly environment?: string
  readonly ids: readonly number[]
  readonly after?: object
}

/** At most `idsMax`, in a transaction that has found them to be over. */
export async function removeDeployments(
  app: Changing,
  tx: Tx,
  { ids, ...line }: Removal,
): Promise<void> {
  await tx.all(deleteDeployments, { ...idsOf(ids), repository_id: line.repository_id })
  await recordAudit(app, tx, { ...line, subject: `${ids.length} deployments`, before: { ids } })
}
