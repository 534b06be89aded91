import type { App } from '../../app.ts'
import { recordAudit } from '../../audit/audit.ts'
import { findHook } from '../find-hooks.ts'
import { aboutOf, type Holder, lockOf } from '../model.ts'
import { type Filter, type FilterEdit, filterOf } from './model.ts'
import { updateFilter } from './queries.ts'

/** Changes which events about deployments a hook hears of. Throws `not_found`. */
export async function editFilter(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  holder: Holder,
  hookId: number,
  { inactive, ...request }: FilterEdit,
): Promise<Filter> {
  return await app.store.transaction(async (tx) => {
    const hook = await findHook(tx, holder, hookId)
    const before = filterOf(hook)
    const { inactive: hears, ...filter } = {
      ...before,
      ...request,
      inactive: inactive ?? before.inactive,
    }
    const row = {
      id: hook.id,
      filter: JSON.stringify(filter),
      hears_inactive: hears ? 1 : 0,
    } as const
    await tx.first(updateFilter, { ...row, updated_at: app.now().toISOString() })
    const after = filterOf(row)
    const line = { ...aboutOf(holder), action: 'hook.filter', subject: `hook ${hook.id}` }
    await recordAudit(app, tx, { ...line, before, after })
    return after
  }, lockOf(holder))
}
