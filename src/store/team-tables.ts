import type { Generated } from 'kysely'

/** The part of the data dictionary (`tables.ts`) that is about teams, and about what an organisation shares. */

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

/** The repositories that see an organisation's secret or variable of the visibility `selected`: one of the two ids is set. */
export type SelectedRepositoriesTable = {
  secret_id: number | null
  variable_id: number | null
  repository_id: number
}
