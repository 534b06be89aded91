import { sql } from 'kysely'
import { isSharedWith, queryByHolder } from '../holders/model.ts'
import { columns, query } from '../store/query.ts'
import type { VariableRow } from '../tables/secrets.ts'

type Named = { holder_id: number; name: string }

export const variableNamed = queryByHolder((column) =>
  query((db, p: Named) =>
    db
      .selectFrom('variables')
      .selectAll()
      .where(column, '=', p.holder_id)
      .where('name', '=', p.name),
  ),
)

export const variablesOf = queryByHolder((column) =>
  query((db, p: { holder_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('variables')
      .selectAll()
      .where(column, '=', p.holder_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countVariables = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db
      .selectFrom('variables')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(column, '=', p.holder_id),
  ),
)

/** The bytes of all values together. */
export const valueBytesOf = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db
      .selectFrom('variables')
      .select(sql<number>`coalesce(sum(octet_length(value)), 0)`.as('bytes'))
      .where(column, '=', p.holder_id),
  ),
)

export const insertVariable = query((db, p: Omit<VariableRow, 'id'>) =>
  db
    .insertInto('variables')
    .values(
      columns(p, [
        'environment_id',
        'repository_id',
        'organization_id',
        'name',
        'value',
        'visibility',
        'created_at',
        'updated_at',
      ]),
    )
    .returning('id'),
)

export const updateVariable = query(
  (db, p: Pick<VariableRow, 'id' | 'name' | 'value' | 'visibility' | 'updated_at'>) =>
    db
      .updateTable('variables')
      .set(columns(p, ['name', 'value', 'visibility', 'updated_at']))
      .where('id', '=', p.id)
      .returning('id'),
)

export const deleteVariable = queryByHolder((column) =>
  query((db, p: Named) =>
    db
      .deleteFrom('variables')
      .where(column, '=', p.holder_id)
      .where('name', '=', p.name)
      .returning('id'),
  ),
)

/** What the organisation that owns a repository shows it. */
export const sharedVariables = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('variables')
      .selectAll()
      .where(isSharedWith('variable', p.repository_id))
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countSharedVariables = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('variables')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(isSharedWith('variable', p.repository_id)),
)
