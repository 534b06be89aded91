import type { Columns } from '../engine.ts'

/** The feed tells what was told to everybody; hooks may ask for less than GitHub sends, and for more. */
export const feed = (_: Columns): readonly string[] => [
  "alter table events add column audience text not null default 'all'",
  // A ping was for its hook alone. What else was is not known of older events.
  "update events set audience = 'one' where name = 'ping' or repository_id is null",
  'alter table hooks add column filter text',
  'alter table hooks add column hears_inactive integer not null default 0',
]
