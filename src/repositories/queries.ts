import { sql } from 'kysely'
import type { Permission } from '../auth/model.ts'
import { type Builder, columns, query } from '../store/query.ts'
import type { RepositoryRow } from '../tables/repositories.ts'
import { ownerColumns, teamRank } from './model.ts'

export const repositoryByName = query((db, p: { login_key: string; name_key: string }) =>
  db
    .selectFrom('repositories')
    .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
    .selectAll('repositories')
    .select(ownerColumns)
    .where('accounts.login_key', '=', p.login_key)
    .where('repositories.name_key', '=', p.name_key),
)

export const repositoryById = query((db, p: { id: number }) =>
  db
    .selectFrom('repositories')
    .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
    .selectAll('repositories')
    .select(ownerColumns)
    .where('repositories.id', '=', p.id),
)

export const redirectedRepository = query((db, p: { login_key: string; name_key: string }) =>
  db
    .selectFrom('repository_redirects')
    .innerJoin('accounts', 'accounts.id', 'repository_redirects.owner_id')
    .select('repository_redirects.repository_id')
    .where('accounts.login_key', '=', p.login_key)
    .where('repository_redirects.name_key', '=', p.name_key),
)

/** Accounts, beside the role and the permission that each has here, if any. */
export const accountsWithStanding = (db: Builder, p: { repository_id: number; owner_id: number }) =>
  db
    .selectFrom('accounts')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.account_id', '=', 'accounts.id')
        .on('memberships.organization_id', '=', p.owner_id),
    )
    .leftJoin('collaborators', (join) =>
      join
        .onRef('collaborators.account_id', '=', 'accounts.id')
        .on('collaborators.repository_id', '=', p.repository_id),
    )

/** The account's standing: its role in the owning organisation, and what it was given as a collaborator or by teams. */
export const standing = query(
  (db, p: { repository_id: number; owner_id: number; account_id: number }) =>
    accountsWithStanding(db, p)
      .select(['memberships.role', 'collaborators.permission'])
      .select(teamRank(sql.ref('accounts.id'), sql`${p.repository_id}`).as('team_rank'))
      .where('accounts.id', '=', p.account_id),
)

const repositoryColumns = [
  'owner_id',
  'name',
  'name_key',
  'private',
  'description',
  'homepage',
  'default_branch',
  'archived',
  'created_at',
  'updated_at',
  'pushed_at',
] as const

/** The id that this row would have, taken for good: ids are never handed out twice, whatever becomes of the row. */
export const takeRepositoryId = query((db, p: Omit<RepositoryRow, 'id'>) =>
  db.insertInto('repositories').values(columns(p, repositoryColumns)).returning('id'),
)

export const insertRepository = query((db, p: RepositoryRow) =>
  db.insertInto('repositories').values(columns(p, ['id', ...repositoryColumns])),
)

/** All but its name, by which there is an index to be written as well. */
export const updateRepository = query((db, p: RepositoryRow) =>
  db
    .updateTable('repositories')
    .set({
      private: p.private,
      description: p.description,
      homepage: p.homepage,
      default_branch: p.default_branch,
      archived: p.archived,
      updated_at: p.updated_at,
    })
    .where('id', '=', p.id),
)

export const renameRepository = query((db, p: RepositoryRow) =>
  db
    .updateTable('repositories')
    .set(columns(p, ['name', 'name_key']))
    .where('id', '=', p.id),
)

export const deleteRepository = query((db, p: { id: number }) =>
  db.deleteFrom('repositories').where('id', '=', p.id),
)

export const hooksOfRepository = query((db, p: { id: number }) =>
  db.selectFrom('hooks').select('id').where('repository_id', '=', p.id).orderBy('id'),
)

export const insertRedirect = query(
  (db, p: { owner_id: number; name_key: string; repository_id: number }) =>
    db
      .insertInto('repository_redirects')
      .values(columns(p, ['owner_id', 'name_key', 'repository_id']))
      .onConflict((conflict) =>
        conflict.columns(['owner_id', 'name_key']).doUpdateSet({ repository_id: p.repository_id }),
      ),
)

export const deleteRedirect = query((db, p: { owner_id: number; name_key: string }) =>
  db
    .deleteFrom('repository_redirects')
    .where('owner_id', '=', p.owner_id)
    .where('name_key', '=', p.name_key),
)

export const upsertCollaborator = query(
  (db, p: { repository_id: number; account_id: number; permission: Permission }) =>
    db
      .insertInto('collaborators')
      .values(columns(p, ['repository_id', 'account_id', 'permission']))
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'account_id']).doUpdateSet({ permission: p.permission }),
      ),
)

export const deleteCollaborator = query((db, p: { repository_id: number; account_id: number }) =>
  db
    .deleteFrom('collaborators')
    .where('repository_id', '=', p.repository_id)
    .where('account_id', '=', p.account_id),
)
