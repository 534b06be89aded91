import type { Columns } from '../engine.ts'

/** How long a receiver may take, and how fast it wants to be sent to. */
export const hookPace = (_: Columns): readonly string[] => [
  'alter table hook_options add column timeout_seconds integer',
  'alter table hook_options add column rate_per_second integer',
]
