import { columns, query } from '../store/query.ts'
import type { TryRow } from '../tables/accounts.ts'

export const deleteEnded = query((db, p: { now: string }) =>
  db.deleteFrom('tries').where('ends_at', '<=', p.now),
)

export const countOne = query((db, p: TryRow) =>
  db
    .insertInto('tries')
    .values(columns(p, ['subject', 'count', 'ends_at']))
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet((row) => ({ count: row('tries.count', '+', 1) })),
    )
    .returning('count'),
)

export const takeBackOne = query((db, p: { subject: string }) =>
  db
    .updateTable('tries')
    .set((row) => ({ count: row('count', '-', 1) }))
    .where('subject', '=', p.subject),
)
