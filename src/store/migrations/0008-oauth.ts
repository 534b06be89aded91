import type { Columns } from '../engine.ts'

const client = `oauth_app_id bigint references oauth_apps (id) on delete cascade,
    app_id bigint references apps (id) on delete cascade`

/** Who is signed in, what people let programs do, and the short-lived codes between the two. */
export const oauth = ({ id }: Columns): readonly string[] => [
  `create table sessions (
    id ${id},
    account_id bigint not null references accounts (id) on delete cascade,
    hash text not null unique,
    address text not null,
    user_agent text not null,
    created_at text not null,
    last_seen_at text not null,
    expires_at text not null
  )`,
  'create index sessions_by_account on sessions (account_id, id)',
  'create index sessions_by_end on sessions (expires_at)',
  `create table tries (
    subject text primary key,
    count integer not null,
    ends_at text not null
  )`,
  'create index tries_by_end on tries (ends_at)',
  `create table oauth_grants (
    id ${id},
    account_id bigint not null references accounts (id) on delete cascade,
    ${client},
    scopes text not null,
    created_at text not null,
    updated_at text not null,
    unique (account_id, oauth_app_id),
    unique (account_id, app_id)
  )`,
  'create index oauth_grants_by_oauth_app on oauth_grants (oauth_app_id)',
  'create index oauth_grants_by_app on oauth_grants (app_id)',
  `create table oauth_codes (
    id ${id},
    account_id bigint not null references accounts (id) on delete cascade,
    ${client},
    hash text not null unique,
    scopes text not null,
    redirect_uri text,
    code_challenge text,
    created_at text not null,
    used_at text,
    token_id bigint references tokens (id) on delete set null
  )`,
  'create index oauth_codes_by_account on oauth_codes (account_id, created_at)',
  'create index oauth_codes_by_time on oauth_codes (created_at)',
  'create index oauth_codes_by_oauth_app on oauth_codes (oauth_app_id)',
  'create index oauth_codes_by_app on oauth_codes (app_id)',
  'create index oauth_codes_by_token on oauth_codes (token_id)',
  `create table device_codes (
    id ${id},
    hash text not null unique,
    user_code text not null unique,
    ${client},
    scopes text not null,
    state text not null,
    account_id bigint references accounts (id) on delete cascade,
    interval_seconds integer not null,
    last_polled_at text,
    created_at text not null,
    expires_at text not null
  )`,
  'create index device_codes_by_end on device_codes (expires_at)',
  'create index device_codes_by_account on device_codes (account_id)',
  'create index device_codes_by_oauth_app on device_codes (oauth_app_id)',
  'create index device_codes_by_app on device_codes (app_id)',
  // An App user's token and what renews it are one row: revoking either is revoking both.
  'alter table tokens add column refresh_hash text',
  'alter table tokens add column refresh_expires_at text',
  'create unique index tokens_by_refresh on tokens (refresh_hash)',
  // `gh auth login` has this id compiled in, and a secret that everybody knows, which is none.
  `insert into oauth_apps
    (owner_id, name, url, description, callback_url, client_id, client_secret_hash, device_flow, created_at, updated_at)
    values (null, 'GitHub CLI', 'https://cli.github.com', 'Work with Slipway from the command line',
      'http://127.0.0.1/callback', '178c6fc778ccc68e1d6a', null, 1,
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`,
]
