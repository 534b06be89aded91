import type { AccountTables } from './accounts.ts'
import type { CommitTables } from './commits.ts'
import type { DeploymentTables } from './deployments.ts'
import type { EnvironmentTables } from './environments.ts'
import type { EventTables } from './events.ts'
import type { HookTables } from './hooks.ts'
import type { ProgramTables } from './programs.ts'
import type { RepositoryTables } from './repositories.ts'
import type { SecretTables } from './secrets.ts'
import type { TeamTables } from './teams.ts'

/**
 * The data dictionary. Columns are integer and text (and blob for bytes), so a
 * row reads the same from either engine: booleans are 0 and 1, times are
 * ISO-8601 UTC text (they sort as text), structured values are JSON text. A
 * `…_key` column is its neighbour in lower case: names that ignore case are
 * looked up by key and shown as given.
 */
export type Tables = AccountTables &
  ProgramTables &
  RepositoryTables &
  TeamTables &
  CommitTables &
  EnvironmentTables &
  SecretTables &
  DeploymentTables &
  HookTables &
  EventTables &
  SettingTables

type SettingsTable = {
  name: string
  value: string
}

/** What the server knows of itself. */
type SettingTables = {
  settings: SettingsTable
}
