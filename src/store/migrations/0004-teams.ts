import type { Columns } from '../engine.ts'

/** Teams, whom administrators suspend and act for, and what organisations keep for their repositories. */
export const teams = (columns: Columns): readonly string[] => [
  `create table teams (
    id ${columns.id},
    organization_id bigint not null references accounts (id) on delete cascade,
    parent_id bigint references teams (id) on delete cascade,
    name text not null,
    slug text not null,
    description text,
    privacy text not null,
    created_at text not null,
    updated_at text not null,
    unique (organization_id, slug)
  )`,
  'create index teams_by_parent on teams (parent_id)',
  `create table team_ancestors (
    team_id bigint not null references teams (id) on delete cascade,
    ancestor_id bigint not null references teams (id) on delete cascade,
    primary key (team_id, ancestor_id)
  )`,
  'create index team_ancestors_by_ancestor on team_ancestors (ancestor_id)',
  `create table team_members (
    team_id bigint not null references teams (id) on delete cascade,
    account_id bigint not null references accounts (id) on delete cascade,
    role text not null,
    primary key (team_id, account_id)
  )`,
  'create index team_members_by_account on team_members (account_id)',
  `create table team_repositories (
    team_id bigint not null references teams (id) on delete cascade,
    repository_id bigint not null references repositories (id) on delete cascade,
    rank integer not null,
    primary key (team_id, repository_id)
  )`,
  'create index team_repositories_by_repository on team_repositories (repository_id)',
  ...reviewers,
  'alter table accounts add column suspended_at text',
  'alter table tokens add column impersonation integer not null default 0',
  ...keptFor(columns),
]

// SQLite can neither drop "not null" nor change a check, so the tables are made anew. Nothing
// refers to their rows, which is why those need not keep their ids.

/** A reviewer is a user or a team. */
const reviewers = remade(
  'environment_reviewers',
  `rule_id bigint not null references environment_rules (id) on delete cascade,
    position integer not null,
    account_id bigint references accounts (id) on delete cascade,
    team_id bigint references teams (id) on delete cascade,
    check ((account_id is null) <> (team_id is null)),
    primary key (rule_id, position)`,
  'rule_id, position, account_id',
).concat(
  'create index environment_reviewers_by_account on environment_reviewers (account_id)',
  'create index environment_reviewers_by_team on environment_reviewers (team_id)',
)

/** Key pairs, secrets and variables may be an organisation's as well, for all or some of its repositories. */
function keptFor({ id }: Columns): string[] {
  const held = 'created_at, environment_id, repository_id'
  const pair = 'key_id, public_key, private_key'
  const columns = `id ${id},
    created_at text not null,
    environment_id bigint references environments (id) on delete cascade,
    repository_id bigint references repositories (id) on delete cascade,
    organization_id bigint references accounts (id) on delete cascade`
  const oneHolder = `check ((environment_id is not null and repository_id is null and organization_id is null)
      or (environment_id is null and repository_id is not null and organization_id is null)
      or (environment_id is null and repository_id is null and organization_id is not null))`
  const pairs = `${columns},
    key_id text not null unique,
    public_key text not null,
    private_key text not null,
    ${oneHolder},
    unique (environment_id),
    unique (repository_id),
    unique (organization_id)`
  const settings = `${columns},
    name text not null,
    value text not null,
    visibility text,
    updated_at text not null,
    ${oneHolder},
    unique (environment_id, name),
    unique (repository_id, name),
    unique (organization_id, name)`
  return [
    ...remade('key_pairs', pairs, `${held}, ${pair}`),
    ...remade('secrets', settings, `${held}, name, value, updated_at`),
    ...remade('variables', settings, `${held}, name, value, updated_at`),
    `create table selected_repositories (
      secret_id bigint references secrets (id) on delete cascade,
      variable_id bigint references variables (id) on delete cascade,
      repository_id bigint not null references repositories (id) on delete cascade,
      check ((secret_id is null) <> (variable_id is null)),
      unique (secret_id, repository_id),
      unique (variable_id, repository_id)
    )`,
    'create index selected_repositories_by_repository on selected_repositories (repository_id)',
  ]
}

function remade(table: string, definition: string, kept: string): string[] {
  return [
    `alter table ${table} rename to old_${table}`,
    `create table ${table} (${definition})`,
    `insert into ${table} (${kept}) select ${kept} from old_${table}`,
    `drop table old_${table}`,
  ]
}
