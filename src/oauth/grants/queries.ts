import { columns, query } from '../../store/query.ts'
import type { OauthGrantRow } from '../../tables/programs.ts'
import { type ClientColumns, isOfClient } from '../oauth-apps/model.ts'

type ByClient = ClientColumns & { readonly account_id: number }

export const grantOf = query((db, p: ByClient) =>
  db
    .selectFrom('oauth_grants')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .where(isOfClient(p)),
)

/** All that the person let act for them, the latest first, with who made each. */
export const grantsOf = query((db, p: { account_id: number }) =>
  db
    .selectFrom('oauth_grants')
    .leftJoin('oauth_apps', 'oauth_apps.id', 'oauth_grants.oauth_app_id')
    .leftJoin('apps', 'apps.id', 'oauth_grants.app_id')
    .leftJoin('accounts', (join) =>
      join.on((on) =>
        on.or([
          on('accounts.id', '=', on.ref('oauth_apps.owner_id')),
          on('accounts.id', '=', on.ref('apps.owner_id')),
        ]),
      ),
    )
    .select([
      'oauth_grants.id',
      'oauth_grants.scopes',
      'oauth_grants.updated_at',
      'oauth_apps.name as oauth_app_name',
      'oauth_apps.client_id as oauth_app_client_id',
      'apps.name as app_name',
      'apps.client_id as app_client_id',
      'apps.permissions as app_permissions',
      'accounts.login as owner_login',
    ])
    .where('oauth_grants.account_id', '=', p.account_id)
    .orderBy('oauth_grants.updated_at', 'desc')
    .orderBy('oauth_grants.id', 'desc')
    .limit(1000),
)

const saveGrantBy = (column: 'oauth_app_id' | 'app_id') =>
  query((db, p: Omit<OauthGrantRow, 'id'>) =>
    db
      .insertInto('oauth_grants')
      .values(
        columns(p, ['account_id', 'oauth_app_id', 'app_id', 'scopes', 'created_at', 'updated_at']),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', column])
          .doUpdateSet({ scopes: p.scopes, updated_at: p.updated_at }),
      ),
  )

export const saveGrant = {
  'oauth-app': saveGrantBy('oauth_app_id'),
  'github-app': saveGrantBy('app_id'),
}

export const deleteGrant = query((db, p: ByClient) =>
  db.deleteFrom('oauth_grants').where('account_id', '=', p.account_id).where(isOfClient(p)),
)

export const deleteTokensOf = query((db, p: ByClient) =>
  db.deleteFrom('tokens').where('account_id', '=', p.account_id).where(isOfClient(p)),
)

/** Of the same person, client and scopes, all but the newest. */
export const surplusTokens = (kept: number) =>
  query((db, p: ByClient & { scopes: string }) =>
    db
      .selectFrom('tokens')
      .select('id')
      .where('account_id', '=', p.account_id)
      .where('scopes', '=', p.scopes)
      .where(isOfClient(p))
      .orderBy('id', 'desc')
      .limit(100)
      .offset(kept),
  )

/** A token of this client's that still works. */
export const clientToken = query((db, p: ClientColumns & { hash: string; now: string }) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', p.hash)
    .where('kind', 'in', ['oauth', 'app-user'])
    .where(isOfClient(p))
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', p.now)])),
)

export const replaceToken = query((db, p: { id: number; hash: string; last_eight: string }) =>
  db
    .updateTable('tokens')
    .set({ hash: p.hash, last_eight: p.last_eight })
    .where('id', '=', p.id)
    .returningAll(),
)

type Refresh = { refresh_hash: string; refresh_expires_at: string }

export const setRefresh = query((db, p: Refresh & { id: number }) =>
  db
    .updateTable('tokens')
    .set({ refresh_hash: p.refresh_hash, refresh_expires_at: p.refresh_expires_at })
    .where('id', '=', p.id),
)

type Renewal = Refresh & {
  app_id: number | null
  old_refresh_hash: string
  now: string
  hash: string
  last_eight: string
  expires_at: string
}

/** Both texts change at once, so the old ones are worth nothing from here on. */
export const renewToken = query((db, p: Renewal) =>
  db
    .updateTable('tokens')
    .set({
      hash: p.hash,
      last_eight: p.last_eight,
      expires_at: p.expires_at,
      refresh_hash: p.refresh_hash,
      refresh_expires_at: p.refresh_expires_at,
    })
    .where('refresh_hash', '=', p.old_refresh_hash)
    .where('app_id', '=', p.app_id)
    .where('refresh_expires_at', '>', p.now)
    .returningAll(),
)
