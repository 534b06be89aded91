import type { Columns } from '../engine.ts'

/** What protects an environment, and which refs may go there. */
export const environmentRules = ({ id }: Columns): readonly string[] => [
  'alter table environments add column can_admins_bypass integer not null default 1',
  'alter table environments add column branch_policy text',
  `create table environment_rules (
    id ${id},
    environment_id bigint not null references environments (id) on delete cascade,
    type text not null,
    wait_timer integer not null,
    prevent_self_review integer not null,
    unique (environment_id, type)
  )`,
  `create table environment_reviewers (
    rule_id bigint not null references environment_rules (id) on delete cascade,
    position integer not null,
    account_id bigint not null references accounts (id) on delete cascade,
    primary key (rule_id, position)
  )`,
  'create index environment_reviewers_by_account on environment_reviewers (account_id)',
  `create table deployment_branch_policies (
    id ${id},
    environment_id bigint not null references environments (id) on delete cascade,
    type text not null,
    name text not null,
    unique (environment_id, type, name)
  )`,
  `create table branch_protections (
    repository_id bigint not null references repositories (id) on delete cascade,
    branch text not null,
    enforce_admins integer not null,
    required_status_checks text not null,
    primary key (repository_id, branch)
  )`,
]
