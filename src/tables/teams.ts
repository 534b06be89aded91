import type { Generated, Selectable } from 'kysely'

type TeamsTable = {
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
type TeamAncestorsTable = {
  team_id: number
  ancestor_id: number
}

type TeamMembersTable = {
  team_id: number
  account_id: number
  role: 'member' | 'maintainer'
}

type TeamRepositoriesTable = {
  team_id: number
  repository_id: number
  /** 1 `pull`, 2 `triage`, 3 `push`, 4 `maintain`, 5 `admin`: the highest wins. */
  rank: number
}

/** The teams of organisations. */
export type TeamTables = {
  teams: TeamsTable
  team_ancestors: TeamAncestorsTable
  team_members: TeamMembersTable
  team_repositories: TeamRepositoriesTable
}

export type TeamRow = Selectable<TeamsTable>
