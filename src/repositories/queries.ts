import { query } from '../store/query.ts'

const ownerColumns = [
  'accounts.login as owner_login',
  'accounts.type as owner_type',
  'accounts.site_admin as owner_site_admin',
  'accounts.email as owner_email',
] as const

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

/** The account's standing: its role in the owning organisation, and what it was given as a collaborator. */
export const standing = query(
  (db, p: { repository_id: number; owner_id: number; account_id: number }) =>
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
      .select(['memberships.role', 'collaborators.permission'])
      .where('accounts.id', '=', p.account_id),
)
