import { sql } from 'kysely'
import { type Builder, query } from '../store/query.ts'
import { queryByKept } from './model.ts'

type Selected = { kept_id: number; repository_id: number }

export const deselectAll = queryByKept((column) =>
  query((db, p: { kept_id: number }) =>
    db.deleteFrom('selected_repositories').where(column, '=', p.kept_id),
  ),
)

export const deselect = queryByKept((column) =>
  query((db, p: Selected) =>
    db
      .deleteFrom('selected_repositories')
      .where(column, '=', p.kept_id)
      .where('repository_id', '=', p.repository_id),
  ),
)

/** Where the organisation has the repository, which is then returned. */
export const select = queryByKept((column) =>
  query((db, p: Selected & { organization_id: number }) =>
    db
      .insertInto('selected_repositories')
      .columns([column, 'repository_id'])
      .expression(
        db
          .selectFrom('repositories')
          .select([sql<number>`cast(${p.kept_id} as bigint)`.as('kept_id'), 'repositories.id'])
          .where('repositories.id', '=', p.repository_id)
          .where('repositories.owner_id', '=', p.organization_id),
      )
      .returning('repository_id'),
  ),
)

const selectedFor = (db: Builder, column: 'secret_id' | 'variable_id', keptId: number) =>
  db
    .selectFrom('selected_repositories')
    .innerJoin('repositories', 'repositories.id', 'selected_repositories.repository_id')
    .where(column, '=', keptId)

export const selectedRepositories = queryByKept((column) =>
  query((db, p: { kept_id: number; limit: number; offset: number }) =>
    selectedFor(db, column, p.kept_id)
      .select('repositories.id')
      .orderBy('repositories.id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countSelected = queryByKept((column) =>
  query((db, p: { kept_id: number }) =>
    selectedFor(db, column, p.kept_id).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

export const environmentById = query((db, p: { id: number }) =>
  db
    .selectFrom('environments')
    .select(['repository_id', 'name as environment'])
    .where('id', '=', p.id),
)
