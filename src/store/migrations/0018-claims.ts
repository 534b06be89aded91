import type { Columns } from '../engine.ts'

/** Who runs a released deployment, and so may read its secrets: one at a time. */
export const claims = (_: Columns): readonly string[] => [
  `create table deployment_claims (
    deployment_id bigint primary key references deployments (id) on delete cascade,
    token_id bigint not null references tokens (id) on delete cascade,
    public_key text not null,
    claimed_at text not null,
    expires_at text not null,
    read_at text
  )`,
  'create index deployment_claims_by_token on deployment_claims (token_id)',
]
