import { expressionBuilder } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { TokenRow } from '../tables/accounts.ts'
import type { Tables } from '../tables/tables.ts'

type Use = Pick<TokenRow, 'id' | 'last_used_at' | 'last_used_address' | 'last_used_over'>
type NewTokenRow = Omit<TokenRow, keyof Use | 'refresh_hash' | 'refresh_expires_at'>

export const insertToken = query((db, p: NewTokenRow) =>
  db
    .insertInto('tokens')
    .values(
      columns(p, [
        'account_id',
        'kind',
        'hash',
        'last_eight',
        'scopes',
        'note',
        'created_at',
        'expires_at',
        'permissions',
        'resource_owner_id',
        'repository_selection',
        'app_id',
        'installation_id',
        'oauth_app_id',
        'impersonation',
      ]),
    )
    .returningAll(),
)

export const insertTokenRepository = query((db, p: { token_id: number; repository_id: number }) =>
  db.insertInto('token_repositories').values(columns(p, ['token_id', 'repository_id'])),
)

/** A token with its account, in one look-up: every request begins with it. Null where its installation is suspended. */
export const tokenByHash = query((db, p: { hash: string }) =>
  db
    .selectFrom('tokens')
    .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
    .leftJoin('installations', 'installations.id', 'tokens.installation_id')
    .selectAll('accounts')
    .select([
      'tokens.id as token_id',
      'tokens.kind as token_kind',
      'tokens.scopes as token_scopes',
      'tokens.expires_at as token_expires_at',
      'tokens.last_used_at as token_last_used_at',
      'tokens.permissions as token_permissions',
      'tokens.resource_owner_id as token_resource_owner_id',
      'tokens.repository_selection as token_repository_selection',
      'tokens.app_id as token_app_id',
      'tokens.installation_id as token_installation_id',
      'installations.suspended_at as installation_suspended_at',
    ])
    .where('tokens.hash', '=', p.hash),
)

export const chosenRepositories = query((db, p: { token_id: number }) =>
  db
    .selectFrom('token_repositories')
    .innerJoin('repositories', 'repositories.id', 'token_repositories.repository_id')
    .select('repositories.name')
    .where('token_repositories.token_id', '=', p.token_id)
    .orderBy('repositories.name_key')
    .limit(1000),
)

type Reach = { token_id: number; repository_id: number }

/** A row where a `selected` token is for the repository. */
export const tokenRepository = query((db, p: Reach) =>
  db
    .selectFrom('token_repositories')
    .select('token_id')
    .where('token_id', '=', p.token_id)
    .where('repository_id', '=', p.repository_id),
)

/** The App's installation that covers the repository, if it is not suspended. */
export const installationAt = query((db, p: { app_id: number; repository_id: number }) =>
  db
    .selectFrom('installations')
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .select(['installations.id', 'installations.permissions'])
    .where('installations.app_id', '=', p.app_id)
    .where('installations.suspended_at', 'is', null)
    .where('repositories.id', '=', p.repository_id)
    .where(isCovered()),
)

/** The App's installation on an account, if it is not suspended. */
export const installationOn = query((db, p: { app_id: number; owner_id: number }) =>
  db
    .selectFrom('installations')
    .select(['id', 'permissions'])
    .where('app_id', '=', p.app_id)
    .where('account_id', '=', p.owner_id)
    .where('suspended_at', 'is', null),
)

/** Whether the installation covers the repository, where the query is about both. */
export function isCovered() {
  const where = expressionBuilder<Tables, 'installations' | 'repositories'>()
  const chosen = where
    .selectFrom('installation_repositories as chosen')
    .select('chosen.repository_id')
    .whereRef('chosen.installation_id', '=', 'installations.id')
    .whereRef('chosen.repository_id', '=', 'repositories.id')
  return where.and([
    where('installations.account_id', '=', where.ref('repositories.owner_id')),
    where.or([where('installations.repository_selection', '=', 'all'), where.exists(chosen)]),
  ])
}

/** Whether the repository is among those of a `selected` token, where the query is about it. */
export function isChosenFor(token_id: number) {
  const where = expressionBuilder<Tables, 'repositories'>()
  return where.exists(
    where
      .selectFrom('token_repositories as chosen')
      .select('chosen.repository_id')
      .where('chosen.token_id', '=', token_id)
      .whereRef('chosen.repository_id', '=', 'repositories.id'),
  )
}

const appQuery = (column: 'id' | 'client_id') =>
  query((db, p: { value: number | string }) =>
    db.selectFrom('apps').selectAll().where(column, '=', p.value),
  )

export const appById = appQuery('id')
export const appByClientId = appQuery('client_id')

export const appKeysOf = query((db, p: { app_id: number }) =>
  db.selectFrom('app_keys').select('public_key').where('app_id', '=', p.app_id).orderBy('id'),
)

export const touchToken = query((db, p: Use) =>
  db
    .updateTable('tokens')
    .set(columns(p, ['last_used_at', 'last_used_address', 'last_used_over']))
    .where('id', '=', p.id),
)

export const tokensOf = query((db, p: { account_id: number }) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .orderBy('id')
    .limit(1000),
)

export const deleteToken = query((db, p: { id: number }) =>
  db.deleteFrom('tokens').where('id', '=', p.id).returning('id'),
)

export const deleteImpersonations = query((db, p: { account_id: number }) =>
  db.deleteFrom('tokens').where('account_id', '=', p.account_id).where('impersonation', '=', 1),
)
