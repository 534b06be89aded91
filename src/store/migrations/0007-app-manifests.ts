import type { Columns } from '../engine.ts'

/** What a GitHub App is to be, until its registration is finished with a code (contract 7.8). */
export const appManifests = ({ id }: Columns): readonly string[] => [
  `create table app_manifests (
    id ${id},
    code_hash text not null unique,
    owner_id bigint not null references accounts (id) on delete cascade,
    manifest text not null,
    expires_at text not null
  )`,
  'create index app_manifests_by_expiry on app_manifests (expires_at)',
]
