import type { Columns } from '../engine.ts'

/** Who shows that they are in an organisation. */
export const publicMembers = (_: Columns): readonly string[] => [
  'alter table memberships add column is_public integer not null default 0',
]
