import type { Columns } from '../engine.ts'

/** Calendars that freeze environments, how many must approve, and who opened a lock with the glass. */
export const freezes = (_: Columns): readonly string[] => [
  `create table environment_freezes (
    environment_id bigint not null references environments (id) on delete cascade,
    name text not null,
    account_id bigint references accounts (id) on delete set null,
    calendar text not null,
    time_zone text not null,
    digest text not null,
    created_at text not null,
    primary key (environment_id, name)
  )`,
  'alter table environments add column required_approvals integer not null default 1',
  'alter table deployment_reviews add column breaks_glass integer not null default 0',
]
