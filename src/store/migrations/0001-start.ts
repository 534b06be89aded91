import type { Columns } from '../engine.ts'

/** Everything the first version knows. `bigint` is an integer to SQLite as well. */
export const start = ({ id, blob }: Columns): readonly string[] => [
  `create table settings (
    name text primary key,
    value text not null
  )`,
  `create table accounts (
    id ${id},
    login text not null,
    login_key text not null unique,
    type text not null,
    name text,
    email text,
    password_hash text,
    site_admin integer not null default 0,
    created_at text not null,
    updated_at text not null
  )`,
  // Commits are matched to accounts by address.
  'create index accounts_by_email on accounts (lower(email))',
  `create table memberships (
    organization_id bigint not null references accounts (id) on delete cascade,
    account_id bigint not null references accounts (id) on delete cascade,
    role text not null,
    primary key (organization_id, account_id)
  )`,
  'create index memberships_by_account on memberships (account_id)',
  `create table tokens (
    id ${id},
    account_id bigint not null references accounts (id) on delete cascade,
    hash text not null unique,
    last_eight text not null,
    scopes text not null,
    note text not null,
    created_at text not null,
    expires_at text,
    last_used_at text
  )`,
  'create index tokens_by_account on tokens (account_id, id)',
  `create table repositories (
    id ${id},
    owner_id bigint not null references accounts (id),
    name text not null,
    name_key text not null,
    private integer not null,
    description text,
    homepage text,
    default_branch text not null,
    archived integer not null default 0,
    created_at text not null,
    updated_at text not null,
    pushed_at text,
    unique (owner_id, name_key)
  )`,
  `create table repository_redirects (
    owner_id bigint not null references accounts (id) on delete cascade,
    name_key text not null,
    repository_id bigint not null references repositories (id) on delete cascade,
    primary key (owner_id, name_key)
  )`,
  'create index repository_redirects_by_repository on repository_redirects (repository_id)',
  `create table collaborators (
    repository_id bigint not null references repositories (id) on delete cascade,
    account_id bigint not null references accounts (id) on delete cascade,
    permission text not null,
    primary key (repository_id, account_id)
  )`,
  'create index collaborators_by_account on collaborators (account_id)',
  `create table deploy_keys (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    title text not null,
    key text not null,
    fingerprint text not null unique,
    read_only integer not null,
    created_at text not null,
    last_used text,
    added_by_id bigint references accounts (id) on delete set null,
    token_id bigint references tokens (id) on delete cascade
  )`,
  'create index deploy_keys_by_repository on deploy_keys (repository_id, id)',
  'create index deploy_keys_by_token on deploy_keys (token_id)',
  `create table environments (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    name text not null,
    name_key text not null,
    created_at text not null,
    updated_at text not null,
    unique (repository_id, name_key)
  )`,
  `create table deployments (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    creator_id bigint references accounts (id) on delete set null,
    ref text not null,
    sha text not null,
    task text not null,
    payload text not null,
    original_environment text not null,
    environment text not null,
    environment_key text not null,
    description text,
    transient_environment integer not null,
    production_environment integer not null,
    state text,
    created_at text not null,
    updated_at text not null
  )`,
  'create index deployments_by_repository on deployments (repository_id, id)',
  'create index deployments_by_environment on deployments (repository_id, environment_key, environment, id)',
  'create index deployments_by_sha on deployments (repository_id, sha, id)',
  'create index deployments_by_ref on deployments (repository_id, ref, id)',
  'create index deployments_by_task on deployments (repository_id, task, id)',
  // What the next success of an environment makes inactive: few rows, however long the history.
  `create index deployments_supersedable on deployments (repository_id, environment_key, id)
    where state = 'success' and transient_environment = 0 and production_environment = 0`,
  `create table deployment_statuses (
    id ${id},
    repository_id bigint not null,
    deployment_id bigint not null references deployments (id) on delete cascade,
    creator_id bigint references accounts (id) on delete set null,
    state text not null,
    description text not null,
    environment text not null,
    log_url text not null,
    environment_url text not null,
    created_at text not null,
    updated_at text not null
  )`,
  'create index deployment_statuses_by_deployment on deployment_statuses (deployment_id, id)',
  `create table commit_statuses (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    sha text not null,
    creator_id bigint references accounts (id) on delete set null,
    state text not null,
    context text not null,
    context_key text not null,
    description text,
    target_url text,
    created_at text not null,
    updated_at text not null
  )`,
  'create index commit_statuses_by_context on commit_statuses (repository_id, sha, context_key, id)',
  `create table hooks (
    id ${id},
    repository_id bigint not null references repositories (id) on delete cascade,
    active integer not null,
    url text not null,
    content_type text not null,
    insecure_ssl integer not null,
    secret text,
    created_at text not null,
    updated_at text not null,
    disabled_at text,
    disabled_reason text,
    last_code integer,
    last_status text not null,
    last_message text
  )`,
  'create index hooks_by_repository on hooks (repository_id, id)',
  `create table hook_events (
    hook_id bigint not null references hooks (id) on delete cascade,
    event text not null,
    primary key (hook_id, event)
  )`,
  `create table hook_states (
    hook_id bigint primary key references hooks (id) on delete cascade,
    consecutive_failures integer not null default 0,
    first_failure_at text,
    last_success_at text,
    lease_owner text,
    lease_epoch bigint not null default 0,
    lease_until text
  )`,
  `create table events (
    id ${id},
    guid text not null unique,
    repository_id bigint not null references repositories (id) on delete cascade,
    name text not null,
    action text,
    ordering_key text,
    sequence integer,
    payload ${blob} not null,
    created_at text not null
  )`,
  'create index events_by_repository on events (repository_id, id)',
  'create index events_by_key on events (repository_id, ordering_key, sequence)',
  // A delivery outlives its hook: it ends as cancelled, and what was attempted stays on record.
  `create table deliveries (
    id ${id},
    event_id bigint not null references events (id) on delete cascade,
    hook_id bigint not null,
    ordering_key text,
    state text not null,
    attempts integer not null default 0,
    next_at text not null,
    hold_until text,
    late integer not null default 0,
    lane text not null,
    created_at text not null,
    done_at text
  )`,
  // The whole scheduler: what is due, by hook. Terminal rows are not in it.
  "create index deliveries_due on deliveries (hook_id, id) where state = 'pending'",
  'create index deliveries_by_hook on deliveries (hook_id, id)',
  'create index deliveries_by_event on deliveries (event_id)',
  `create table attempts (
    id ${id},
    delivery_id bigint not null references deliveries (id) on delete cascade,
    hook_id bigint not null,
    n integer not null,
    trigger text not null,
    started_at text not null,
    duration_ms integer not null,
    status_code integer not null,
    status text not null,
    error_class text,
    url text not null,
    request_headers text not null,
    response_headers text not null,
    response_body ${blob} not null,
    body_bytes bigint not null,
    truncated integer not null,
    remote_address text,
    reused_socket integer not null
  )`,
  'create index attempts_by_hook on attempts (hook_id, id)',
  'create index attempts_by_delivery on attempts (delivery_id, n)',
]
