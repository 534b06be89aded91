import { columns, query } from '../store/query.ts'

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
