import type { Columns } from '../engine.ts'

/** What people look at first; from where, and how, what opens doors was used last. */
export const pinsAndUses = (_: Columns): readonly string[] => [
  'alter table environments add column pinned_at text',
  `create table pinned_repositories (
    account_id bigint not null references accounts (id) on delete cascade,
    repository_id bigint not null references repositories (id) on delete cascade,
    created_at text not null,
    primary key (account_id, repository_id)
  )`,
  'create index pinned_repositories_by_repository on pinned_repositories (repository_id)',
  'alter table tokens add column last_used_address text',
  'alter table tokens add column last_used_over text',
  'alter table deploy_keys add column last_used_address text',
  'alter table sessions add column last_seen_address text',
]
