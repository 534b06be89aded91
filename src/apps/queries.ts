import { type Builder, columns, query } from '../store/query.ts'
import type { AccountRow } from '../tables/accounts.ts'
import type { AppKeyRow, AppRow } from '../tables/programs.ts'

const appsWithOwner = (db: Builder) =>
  db
    .selectFrom('apps')
    .innerJoin('accounts', 'accounts.id', 'apps.owner_id')
    .selectAll('apps')
    .select([
      'accounts.login as owner_login',
      'accounts.type as owner_type',
      'accounts.site_admin as owner_site_admin',
    ])

export const appBySlug = query((db, p: { slug: string }) =>
  appsWithOwner(db).where('apps.slug', '=', p.slug),
)

export const appById = query((db, p: { id: number }) =>
  appsWithOwner(db).where('apps.id', '=', p.id),
)

export const appByClientId = query((db, p: { client_id: string }) =>
  appsWithOwner(db).where('apps.client_id', '=', p.client_id),
)

const listedMax = 1000

export const allApps = query((db, _: object) =>
  appsWithOwner(db).orderBy('apps.id').limit(listedMax),
)

export const appsOf = query((db, p: { owner_id: number }) =>
  appsWithOwner(db).where('apps.owner_id', '=', p.owner_id).orderBy('apps.id').limit(listedMax),
)

export const countInstallations = query((db, p: { app_id: number }) =>
  db
    .selectFrom('installations')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('app_id', '=', p.app_id),
)

export const insertApp = query((db, p: Omit<AppRow, 'id'>) =>
  db
    .insertInto('apps')
    .values(
      columns(p, [
        'owner_id',
        'bot_id',
        'slug',
        'name',
        'name_key',
        'description',
        'external_url',
        'callback_urls',
        'setup_url',
        'public',
        'device_flow',
        'client_id',
        'client_secret_hash',
        'permissions',
        'events',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

type Change = Omit<
  AppRow,
  'owner_id' | 'bot_id' | 'client_id' | 'client_secret_hash' | 'created_at'
>

export const updateApp = query((db, p: Change) =>
  db
    .updateTable('apps')
    .set(
      columns(p, [
        ...(['slug', 'name', 'name_key', 'description', 'external_url', 'callback_urls'] as const),
        ...(['setup_url', 'public', 'device_flow', 'permissions', 'events'] as const),
        'updated_at',
      ]),
    )
    .where('id', '=', p.id)
    .returningAll(),
)

export const renameBot = query((db, p: Pick<AccountRow, 'id' | 'login' | 'login_key'>) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['login', 'login_key']))
    .where('id', '=', p.id),
)

export const deleteAppRow = query((db, p: { id: number }) =>
  db.deleteFrom('apps').where('id', '=', p.id),
)

export const deleteBot = query((db, p: { id: number }) =>
  db.deleteFrom('accounts').where('id', '=', p.id).where('type', '=', 'Bot'),
)

export const insertKey = query((db, p: Omit<AppKeyRow, 'id'>) =>
  db
    .insertInto('app_keys')
    .values(columns(p, ['app_id', 'public_key', 'fingerprint', 'created_at']))
    .returningAll(),
)

export const keysOf = query((db, p: { app_id: number }) =>
  db
    .selectFrom('app_keys')
    .selectAll()
    .where('app_id', '=', p.app_id)
    .orderBy('id')
    .limit(listedMax),
)

export const deleteKey = query((db, p: { app_id: number; id: number }) =>
  db.deleteFrom('app_keys').where('app_id', '=', p.app_id).where('id', '=', p.id).returning('id'),
)
