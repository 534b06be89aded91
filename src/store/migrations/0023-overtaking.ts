import type { Columns } from '../engine.ts'

/** Who let a deployment go before its turn. */
export const overtaking = (_: Columns): readonly string[] => [
  'alter table deployment_reviews add column overtakes integer not null default 0',
]
