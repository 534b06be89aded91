import type { Columns } from '../engine.ts'

/** In which words a hook is told: GitHub's, or CDEvents. */
export const cdEvents = (_: Columns): readonly string[] => [
  "alter table hooks add column format text not null default 'github'",
]
