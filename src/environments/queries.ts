import { columns, query } from '../store/query.ts'
import type { EnvironmentRow } from '../store/tables.ts'

type Name = { repository_id: number; name_key: string }

export const environmentByName = query((db, p: Name) =>
  db
    .selectFrom('environments')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('name_key', '=', p.name_key),
)

export const insertEnvironment = query((db, p: Omit<EnvironmentRow, 'id'>) =>
  db
    .insertInto('environments')
    .values(columns(p, ['repository_id', 'name', 'name_key', 'created_at', 'updated_at']))
    .returningAll(),
)

export const deleteEnvironment = query((db, p: Name) =>
  db
    .deleteFrom('environments')
    .where('repository_id', '=', p.repository_id)
    .where('name_key', '=', p.name_key)
    .returning('id'),
)

export const environmentsOf = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('environments')
      .selectAll()
      .where('repository_id', '=', p.repository_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countEnvironments = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('environments')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id),
)
