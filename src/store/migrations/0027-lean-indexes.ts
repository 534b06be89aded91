import type { Columns } from '../engine.ts'

/** Nearly every event is about a repository and has no owner of its own: it need not be in the index of owners. */
export const leanIndexes = (_: Columns): readonly string[] => [
  'drop index events_by_owner',
  'create index events_by_owner on events (owner_id, id) where owner_id is not null',
]
