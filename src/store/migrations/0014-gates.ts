import type { Columns } from '../engine.ts'

/** What holds a deployment back: rules of Apps, reviews, locks, and the deployments that wait. */
export const gates = ({ id }: Columns): readonly string[] => [
  `create table deployment_protection_rules (
    id ${id},
    environment_id bigint not null references environments (id) on delete cascade,
    app_id bigint not null references apps (id) on delete cascade,
    unique (environment_id, app_id)
  )`,
  // Outlives its environment, so that it can end when that is deleted.
  `create table held_deployments (
    deployment_id bigint primary key references deployments (id) on delete cascade,
    repository_id bigint not null references repositories (id) on delete cascade,
    environment_id bigint not null,
    ref_type text not null,
    ref_name text not null,
    binding text not null,
    held_at text not null,
    due_at text not null
  )`,
  'create index held_deployments_by_due_at on held_deployments (due_at)',
  'create index held_deployments_by_environment on held_deployments (environment_id)',
  'create index held_deployments_by_repository on held_deployments (repository_id)',
  `create table deployment_reviews (
    id ${id},
    deployment_id bigint not null references deployments (id) on delete cascade,
    environment_id bigint not null,
    account_id bigint not null references accounts (id) on delete cascade,
    rule_id bigint,
    state text not null,
    bypass integer not null,
    comment text not null,
    binding text not null,
    created_at text not null
  )`,
  'create index deployment_reviews_by_deployment on deployment_reviews (deployment_id, id)',
  `create table environment_locks (
    environment_id bigint primary key references environments (id) on delete cascade,
    account_id bigint references accounts (id) on delete set null,
    reason text not null,
    expires_at text,
    created_at text not null
  )`,
]
