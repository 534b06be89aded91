import { query } from '../../store/query.ts'

const name = 'flushed_refs'

export const findMark = query((db, _: object) =>
  db.selectFrom('settings').select('value').where('name', '=', name),
)

export const putMark = query((db, p: { value: string }) =>
  db
    .insertInto('settings')
    .values({ name, value: p.value })
    .onConflict((at) => at.column('name').doUpdateSet({ value: p.value })),
)

export const lastEntry = query((db, _: object) =>
  db.selectFrom('audit_entries').select('id').orderBy('id', 'desc').limit(1),
)

/** Lines about pushes behind an entry, the oldest first. */
export const pushesBehind = query((db, p: { entry: number; limit: number }) =>
  db
    .selectFrom('audit_entries')
    .select(['id', 'repository_id', 'before', 'after'])
    .where('id', '>', p.entry)
    .where('action', '=', 'git.push')
    .where('refusal', 'is', null)
    .orderBy('id')
    .limit(p.limit),
)
