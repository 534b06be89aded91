import type { Account } from '../accounts/model.ts'
import type { Permission } from '../auth/model.ts'
import type { RepositoryRow } from '../store/tables.ts'

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

export const fullNameOf = (repository: Repository): string =>
  `${repository.owner.login}/${repository.name}`

/** Names ignore case when looked up and keep it when shown. */
export const nameKeyOf = (name: string): string => name.toLowerCase()

/** What is known about an account's standing in a repository. */
export type Standing = {
  readonly isOwner: boolean
  readonly role: 'admin' | 'member' | null
  readonly permission: Permission | null
}

const ranks: readonly Permission[] = ['pull', 'push', 'admin']

/** The highest of what ownership, membership and collaboration give; members of an organisation may read. */
export function permissionOf({ isOwner, role, permission }: Standing): Permission | undefined {
  if (isOwner || role === 'admin') return 'admin'
  const given = [role === 'member' ? ('pull' as const) : null, permission]
  return ranks.findLast((rank) => given.includes(rank))
}
