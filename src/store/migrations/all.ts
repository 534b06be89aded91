import type { Columns } from '../engine.ts'
import { start } from './0001-start.ts'
import { environmentRules } from './0002-environment-rules.ts'
import { secrets } from './0003-secrets.ts'
import { teams } from './0004-teams.ts'
import { apps } from './0006-apps.ts'
import { checks } from './0012-checks.ts'
import { gates } from './0014-gates.ts'

/** In order, never edited once released, only appended to. */
export const migrations: readonly ((columns: Columns) => readonly string[])[] = [
  start,
  environmentRules,
  secrets,
  teams,
  apps,
  checks,
  gates,
]
