import { columns, query } from '../../store/query.ts'
import type { OauthAppRow } from '../../tables/programs.ts'

export const insertOauthApp = query((db, p: Omit<OauthAppRow, 'id'>) =>
  db
    .insertInto('oauth_apps')
    .values(
      columns(p, [
        'owner_id',
        'name',
        'url',
        'description',
        'callback_url',
        'client_id',
        'client_secret_hash',
        'device_flow',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

export const oauthAppByClientId = query((db, p: { client_id: string }) =>
  db.selectFrom('oauth_apps').selectAll().where('client_id', '=', p.client_id),
)

export const allOauthApps = query((db, _: object) =>
  db
    .selectFrom('oauth_apps')
    .leftJoin('accounts', 'accounts.id', 'oauth_apps.owner_id')
    .selectAll('oauth_apps')
    .select('accounts.login as owner')
    .orderBy('oauth_apps.id')
    .limit(1000),
)

export const oauthAppsOf = query((db, p: { owner_id: number }) =>
  db
    .selectFrom('oauth_apps')
    .selectAll()
    .where('owner_id', '=', p.owner_id)
    .orderBy('id')
    .limit(1000),
)

type Change = Pick<
  OauthAppRow,
  'id' | 'name' | 'url' | 'callback_url' | 'device_flow' | 'updated_at'
>

export const updateOauthApp = query((db, p: Change) =>
  db
    .updateTable('oauth_apps')
    .set(columns(p, ['name', 'url', 'callback_url', 'device_flow', 'updated_at']))
    .where('id', '=', p.id)
    .returningAll(),
)

export const updateSecret = query(
  (db, p: { client_id: string; client_secret_hash: string; updated_at: string }) =>
    db
      .updateTable('oauth_apps')
      .set({ client_secret_hash: p.client_secret_hash, updated_at: p.updated_at })
      .where('client_id', '=', p.client_id)
      .where('client_secret_hash', 'is not', null)
      .returning('owner_id'),
)

/** Its grants, codes and tokens go with it. */
export const deleteOauthAppRow = query((db, p: { client_id: string }) =>
  db.deleteFrom('oauth_apps').where('client_id', '=', p.client_id).returning('owner_id'),
)
