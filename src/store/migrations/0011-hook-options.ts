import type { Columns } from '../engine.ts'

/** What a hook may have that GitHub's hooks do not. Most have no row. */
export const hookOptions = (_: Columns): readonly string[] => [
  `create table hook_options (
    hook_id bigint primary key references hooks (id) on delete cascade,
    standard_webhooks integer not null default 0,
    previous_secret text,
    previous_secret_until text,
    client_certificate text,
    client_key text
  )`,
]
