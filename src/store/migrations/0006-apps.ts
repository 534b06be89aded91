import type { Columns } from '../engine.ts'

// Neither engine's oldest dialect can lift "not null" from a column in place, and rebuilding the table
// would cascade into all that hangs on it: so a nullable column takes over the name.
const loosen = (table: string, index: string): string[] => [
  `drop index ${index}`,
  `alter table ${table} add column repository bigint references repositories (id) on delete cascade`,
  `update ${table} set repository = repository_id`,
  `alter table ${table} drop column repository_id`,
  `alter table ${table} rename column repository to repository_id`,
]

/** Programs that act for people or for themselves, what their tokens may do, and hooks beyond one repository. */
export const apps = ({ id }: Columns): readonly string[] => [
  `create table apps (
    id ${id},
    owner_id bigint not null references accounts (id),
    bot_id bigint not null references accounts (id),
    slug text not null unique,
    name text not null,
    name_key text not null unique,
    description text,
    external_url text not null,
    callback_urls text not null,
    setup_url text,
    public integer not null,
    device_flow integer not null,
    client_id text not null unique,
    client_secret_hash text,
    permissions text not null,
    events text not null,
    created_at text not null,
    updated_at text not null
  )`,
  'create index apps_by_owner on apps (owner_id, id)',
  `create table app_keys (
    id ${id},
    app_id bigint not null references apps (id) on delete cascade,
    public_key text not null,
    fingerprint text not null unique,
    created_at text not null
  )`,
  'create index app_keys_by_app on app_keys (app_id, id)',
  `create table installations (
    id ${id},
    app_id bigint not null references apps (id) on delete cascade,
    account_id bigint not null references accounts (id) on delete cascade,
    repository_selection text not null,
    permissions text not null,
    events text not null,
    suspended_at text,
    suspended_by_id bigint references accounts (id) on delete set null,
    created_at text not null,
    updated_at text not null,
    unique (app_id, account_id)
  )`,
  'create index installations_by_account on installations (account_id, id)',
  `create table installation_repositories (
    installation_id bigint not null references installations (id) on delete cascade,
    repository_id bigint not null references repositories (id) on delete cascade,
    primary key (installation_id, repository_id)
  )`,
  'create index installation_repositories_by_repository on installation_repositories (repository_id)',
  `create table oauth_apps (
    id ${id},
    owner_id bigint references accounts (id) on delete cascade,
    name text not null,
    url text not null,
    description text,
    callback_url text not null,
    client_id text not null unique,
    client_secret_hash text,
    device_flow integer not null,
    created_at text not null,
    updated_at text not null
  )`,
  'create index oauth_apps_by_owner on oauth_apps (owner_id, id)',
  "alter table tokens add column kind text not null default 'personal'",
  'alter table tokens add column permissions text',
  'alter table tokens add column resource_owner_id bigint references accounts (id) on delete cascade',
  'alter table tokens add column repository_selection text',
  'alter table tokens add column app_id bigint references apps (id) on delete cascade',
  'alter table tokens add column installation_id bigint references installations (id) on delete cascade',
  'alter table tokens add column oauth_app_id bigint references oauth_apps (id) on delete cascade',
  'create index tokens_by_oauth_app on tokens (oauth_app_id, account_id, id)',
  'create index tokens_by_app on tokens (app_id, account_id, id)',
  'create index tokens_by_installation on tokens (installation_id, id)',
  `create table token_repositories (
    token_id bigint not null references tokens (id) on delete cascade,
    repository_id bigint not null references repositories (id) on delete cascade,
    primary key (token_id, repository_id)
  )`,
  'create index token_repositories_by_repository on token_repositories (repository_id)',
  'alter table deployments add column app_id bigint references apps (id) on delete set null',
  'alter table deployment_statuses add column app_id bigint references apps (id) on delete set null',
  ...loosen('hooks', 'hooks_by_repository'),
  'alter table hooks add column organization_id bigint references accounts (id) on delete cascade',
  'alter table hooks add column app_id bigint references apps (id) on delete cascade',
  'create index hooks_by_repository on hooks (repository_id, id)',
  'create index hooks_by_organization on hooks (organization_id, id)',
  'create unique index hooks_by_app on hooks (app_id)',
  // Told to receivers as it was then, so it stays when the installation goes.
  'alter table deliveries add column installation_id bigint',
  'drop index events_by_key',
  ...loosen('events', 'events_by_repository'),
  // Whose event it is where it is about no repository: an organisation's, an installation's.
  'alter table events add column owner_id bigint references accounts (id) on delete cascade',
  'create index events_by_repository on events (repository_id, id)',
  'create index events_by_owner on events (owner_id, id)',
  'create index events_by_key on events (repository_id, ordering_key, sequence)',
]
