import type { Columns } from '../engine.ts'

/**
 * What the dispatcher remembers of a receiver, and which node sends for which hook. A node's row is
 * renewed, not one row for each hook that it holds, so that holding many hooks costs nothing.
 */
export const deliveryEngine = (_: Columns): readonly string[] => [
  'alter table hook_states drop column lease_until',
  'alter table hook_states add column breaker_until text',
  'alter table hook_states add column breaker_openings integer not null default 0',
  'alter table hook_states add column warnings integer not null default 0',
  `create table nodes (
    id text primary key,
    lease_until text not null
  )`,
  'create index hook_states_by_owner on hook_states (lease_owner) where lease_owner is not null',
  "create index deliveries_held on deliveries (hook_id, id) where state = 'held'",
]
