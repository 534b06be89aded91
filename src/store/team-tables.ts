import type { Generated } from 'kysely'

/** The part of the data dictionary (`tables.ts`) that is about teams. */

export type TeamsTable = {
  id: Generated<number>
  organization_id: number
  parent_id: number | null
  name: string
  /** The name as paths have it; unique within the organisation. */
  slug: string
  description: string | null
  /** `secret` teams are known to their members and to owners. */
  privacy: 'closed' | 'secret'
  created_at: string
  updated_at: string
}

/** Every team beside itself and each team above it: what a team may, those below it may. */
export type TeamAncestorsTable = {
  team_id: number
  ancestor_id: number
}

export type TeamMembersTable = {
  team_id: number
  account_id: number
  role: 'member' | 'maintainer'
}

export type TeamRepositoriesTable = {
  team_id: number
  repository_id: number
  /** 1 `pull`, 2 `triage`, 3 `push`, 4 `maintain`, 5 `admin`: the highest wins. */
  rank: number
}

/** An organisation's secret or variable of the visibility `selected`, and who may see it. */
export type SecretRepositoriesTable = {
  secret_id: number
  repository_id: number
}

export type VariableRepositoriesTable = {
  variable_id: number
  repository_id: number
}
