import { query } from '../../store/query.ts'
import type { HookRow } from '../../tables/hooks.ts'

type Filtered = Pick<HookRow, 'id' | 'filter' | 'hears_inactive'>

export const updateFilter = query((db, p: Filtered & { updated_at: string }) =>
  db
    .updateTable('hooks')
    .set({ filter: p.filter, hears_inactive: p.hears_inactive, updated_at: p.updated_at })
    .where('id', '=', p.id)
    .returning('id'),
)
