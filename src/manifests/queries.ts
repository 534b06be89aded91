import { columns, query } from '../store/query.ts'
import type { HookRow } from '../store/tables.ts'

type NewManifest = { code_hash: string; owner_id: number; manifest: string; expires_at: string }

export const insertManifest = query((db, p: NewManifest) =>
  db
    .insertInto('app_manifests')
    .values(columns(p, ['code_hash', 'owner_id', 'manifest', 'expires_at'])),
)

/** Gives what it takes away: a code works once. */
export const takeManifest = query((db, p: { code_hash: string; now: string }) =>
  db
    .deleteFrom('app_manifests')
    .where('code_hash', '=', p.code_hash)
    .where('expires_at', '>', p.now)
    .returning(['owner_id', 'manifest']),
)

export const manifestByCode = query((db, p: { code_hash: string; now: string }) =>
  db
    .selectFrom('app_manifests')
    .select(['owner_id', 'manifest'])
    .where('code_hash', '=', p.code_hash)
    .where('expires_at', '>', p.now),
)

export const deleteExpiredManifests = query((db, p: { now: string }) =>
  db.deleteFrom('app_manifests').where('expires_at', '<=', p.now),
)

type NewAppHook = Pick<
  HookRow,
  'app_id' | 'active' | 'url' | 'secret' | 'created_at' | 'updated_at'
>

export const insertAppHook = query((db, p: NewAppHook) =>
  db
    .insertInto('hooks')
    .values({
      ...columns(p, ['app_id', 'active', 'url', 'secret', 'created_at', 'updated_at']),
      content_type: 'json',
      insecure_ssl: 0,
      last_status: 'unused',
    })
    .returning('id'),
)

export const insertHookState = query((db, p: { hook_id: number }) =>
  db.insertInto('hook_states').values({
    ...columns(p, ['hook_id']),
    consecutive_failures: 0,
    lease_epoch: 0,
  }),
)

export const insertHookEvent = query((db, p: { hook_id: number; event: string }) =>
  db.insertInto('hook_events').values(columns(p, ['hook_id', 'event'])),
)
