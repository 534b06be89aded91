import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

type RepositoriesTable = {
  id: Generated<number>
  owner_id: number
  name: string
  name_key: string
  private: Flag
  description: string | null
  homepage: string | null
  default_branch: string
  archived: Flag
  created_at: string
  updated_at: string
  pushed_at: string | null
}

/** Where a renamed repository went. */
type RepositoryRedirectsTable = {
  owner_id: number
  name_key: string
  repository_id: number
}

type CollaboratorsTable = {
  repository_id: number
  account_id: number
  permission: 'pull' | 'push' | 'admin'
}

type DeployKeysTable = {
  id: Generated<number>
  repository_id: number
  title: string
  /** `type base64`, without the comment. */
  key: string
  /** `SHA256:…`, once per instance. */
  fingerprint: string
  read_only: Flag
  created_at: string
  last_used: string | null
  added_by_id: number | null
  /** The token that created it; the key goes when the token goes. */
  token_id: number | null
  /** Always over SSH. Null as long as it is not known. */
  last_used_address: Generated<string | null>
}

/** What somebody wants to see first. */
type PinnedRepositoriesTable = {
  account_id: number
  repository_id: number
  created_at: string
}

/** Repositories, and who may reach them. */
export type RepositoryTables = {
  repositories: RepositoriesTable
  repository_redirects: RepositoryRedirectsTable
  collaborators: CollaboratorsTable
  deploy_keys: DeployKeysTable
  pinned_repositories: PinnedRepositoriesTable
}

export type RepositoryRow = Selectable<RepositoriesTable>
export type DeployKeyRow = Selectable<DeployKeysTable>
