import { type Expression, sql } from 'kysely'
import type { Account } from '../accounts/model.ts'
import type { Permission } from '../auth/model.ts'
import { isReached, type Permissions } from '../auth/permissions.ts'
import type { RepositoryRow } from '../tables/repositories.ts'

/** What a repository's owner is known by, wherever the repository goes. */
export type Owner = Pick<Account, 'id' | 'login' | 'type' | 'site_admin' | 'email'>

/** What a query joins of the account behind `owner_id`. */
export const ownerColumns = [
  'accounts.login as owner_login',
  'accounts.type as owner_type',
  'accounts.site_admin as owner_site_admin',
  'accounts.email as owner_email',
] as const

export type Repository = RepositoryRow & { readonly owner: Owner }

/** What names a repository, and so all that lies in it; the rest of its row changes with every push. */
export type RepositoryName = Pick<Repository, 'id' | 'name'> & {
  readonly owner: Pick<Owner, 'login'>
}

export const fullNameOf = ({ owner, name }: Omit<RepositoryName, 'id'>): string =>
  `${owner.login}/${name}`

/** The same in words: what a body is made of that shows nothing else of its repository. */
export const nameParts = (repository: RepositoryName): readonly (number | string)[] => [
  repository.id,
  fullNameOf(repository),
]

/** Names ignore case when looked up and keep it when shown. */
export const nameKeyOf = (name: string): string => name.toLowerCase()

/** What is known about an account's standing in a repository. */
export type Standing = {
  readonly isOwner: boolean
  readonly role: 'admin' | 'member' | null
  readonly permission: Permission | null
  /** The highest that teams give, in the ranks of `teamPermissions`. */
  readonly team_rank: number | null
}

/** What a team may be given in a repository, the lowest first: the first has rank 1. */
export const teamPermissions = ['pull', 'triage', 'push', 'maintain', 'admin'] as const

export type TeamPermission = (typeof teamPermissions)[number]

/** What each amounts to here, where there is nothing to triage and nothing more to maintain. */
const amountsTo = {
  pull: 'pull',
  triage: 'pull',
  push: 'push',
  maintain: 'push',
  admin: 'admin',
} as const satisfies Record<TeamPermission, Permission>

export const teamPermissionOf = (rank: number | null): TeamPermission | undefined =>
  rank === null ? undefined : teamPermissions[rank - 1]

export const teamRankOf = (permission: TeamPermission): number =>
  teamPermissions.indexOf(permission) + 1

const ranks: readonly Permission[] = ['pull', 'push', 'admin']

/** The highest of what ownership, membership, collaboration and teams give; members of an organisation may read. */
export function permissionOf(standing: Standing): Permission | undefined {
  const { isOwner, role, permission } = standing
  if (isOwner || role === 'admin') return 'admin'
  const ofTeams = teamPermissionOf(standing.team_rank)
  const given = [role === 'member' ? 'pull' : null, permission, ofTeams && amountsTo[ofTeams]]
  return ranks.findLast((rank) => given.includes(rank))
}

/** An App has no role; clients read what it may do from one all the same. */
export function permissionOfApp(permissions: Permissions): Permission {
  if (isReached(permissions, 'administration=write')) return 'admin'
  return isReached(permissions, 'contents=write') ? 'push' : 'pull'
}

/** The highest that teams give an account in a repository, also those above its own; null for nothing. */
export const teamRank = (account: Expression<number>, repository: Expression<number>) =>
  sql<number | null>`(select max(team_repositories.rank) from team_members
    inner join team_ancestors on team_ancestors.team_id = team_members.team_id
    inner join team_repositories on team_repositories.team_id = team_ancestors.ancestor_id
    where team_members.account_id = ${account} and team_repositories.repository_id = ${repository})`
