import type { Columns } from '../engine.ts'

/** What is live where, what took whose place, and how deployments wait for each other. */
export const truth = (_: Columns): readonly string[] => [
  // Empty for a deployment of the whole environment.
  "alter table deployments add column target text not null default ''",
  // Without a reference: what took its place may be deleted, and stays its number.
  'alter table deployments add column superseded_by bigint',
  // The newest of an environment, however its name is spelt in each.
  'create index deployments_by_environment_key on deployments (repository_id, environment_key, id)',
  `create index deployments_live on deployments (repository_id, environment_key, target, id)
    where state = 'success'`,
  `create index deployments_unfinished on deployments (repository_id, environment_key, id)
    where state is null or state in ('pending', 'queued', 'in_progress')`,
  // No row: nothing waits for anything.
  `create table environment_queues (
    environment_id bigint primary key references environments (id) on delete cascade,
    mode text not null
  )`,
]
