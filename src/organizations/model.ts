import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import type { UserActor } from '../auth/model.ts'
import type { Call } from '../auth/route.ts'

export type Role = 'admin' | 'member'

/** What an operation on an organisation asks of whoever calls it. */
export type OrganizationAccess = {
  readonly role: Role
  /** That of GitHub's scopes which lets a token do it; those that contain it do as well. */
  readonly scope: string
  /** `X-Accepted-OAuth-Scopes`. */
  readonly accepted: string
}

/** GitHub: "Scopes for OAuth apps". */
export const organizationAccess = {
  'organization:read': {
    role: 'member',
    scope: 'read:org',
    accepted: 'admin:org, read:org, write:org',
  },
  'teams:write': { role: 'member', scope: 'write:org', accepted: 'admin:org, write:org' },
  'organization:admin': { role: 'admin', scope: 'admin:org', accepted: 'admin:org' },
} as const satisfies Record<string, OrganizationAccess>

export type OrganizationAccessName = keyof typeof organizationAccess

/** A request about an organisation by one of its members, who may make it. */
export type OrganizationCall = Call & {
  readonly organization: Account
  readonly actor: UserActor
  readonly role: Role
}

/** What transactions that change an organisation lock; no repository has such an id. */
export const organizationLock = ({ id }: Pick<Account, 'id'>): number => -id

/** `PUT /orgs/{org}/memberships/{username}`. */
export const membershipRequest = z.object({ role: z.enum(['admin', 'member']).default('member') })
