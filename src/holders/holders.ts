import { invalidField } from '../lib/problem.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { Audience, Holder, Kept } from './model.ts'
import { deselectAll, environmentById, select } from './queries.ts'

type KeptRow = {
  readonly kept: Kept
  readonly id: number
  readonly holder: Holder
}

/**
 * Inside a transaction, after the row itself: the repositories that were
 * selected for it. Without any named, what was selected stays. Throws as
 * `recordSelection`.
 */
export async function recordAudience(
  tx: Tx,
  row: KeptRow & { readonly visibility: Audience['visibility'] | null },
  { selected_repository_ids: ids }: Partial<Audience>,
): Promise<void> {
  if (row.visibility === null) return
  if (row.visibility !== 'selected') return await recordSelection(tx, row, [])
  if (ids !== undefined) await recordSelection(tx, row, ids)
}

/** Inside a transaction: these repositories see it from now on, and no others. Throws `invalid` for one of somebody else's. */
export async function recordSelection(
  tx: Tx,
  { kept, id, holder }: KeptRow,
  ids: readonly number[],
): Promise<void> {
  await tx.all(deselectAll(kept), { kept_id: id })
  for (const repository_id of new Set(ids)) {
    const row = { kept_id: id, repository_id, organization_id: holder.id }
    if (!(await tx.first(select(kept), row))) throw strangeRepository(kept, repository_id)
  }
}

function strangeRepository(kept: Kept, id: number) {
  const resource = { secret: 'Secret', variable: 'Variable' }[kept]
  const message = `selected_repository_ids must be those of the organization's repositories, which ${id} is not`
  return invalidField({ resource, field: 'selected_repository_ids', code: 'custom', message })
}

/** How the audit log names whose secrets and variables they are. */
export async function findLine(db: Db, { kind, id }: Holder) {
  switch (kind) {
    case 'organization':
      return { owner_id: id }
    case 'repository':
      return { repository_id: id }
    case 'environment': {
      const environment = await db.first(environmentById, { id })
      return environment ?? {}
    }
  }
}
