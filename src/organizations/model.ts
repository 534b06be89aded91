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
  /** What it takes of a token that has permissions: `X-Accepted-GitHub-Permissions`. */
  readonly permissions: string
  /** Answer 404 rather than 403, as GitHub does for hooks. */
  readonly hidden?: boolean
}

const administration = { role: 'admin', scope: 'admin:org', accepted: 'admin:org' } as const
const hooks = {
  role: 'admin',
  scope: 'admin:org_hook',
  accepted: 'admin:org_hook',
  hidden: true,
} as const

/** GitHub: "Scopes for OAuth apps", "Permissions required for fine-grained personal access tokens". */
export const organizationAccess = {
  'organization:read': {
    role: 'member',
    scope: 'read:org',
    accepted: 'admin:org, read:org, write:org',
    permissions: 'members=read',
  },
  'teams:write': {
    role: 'member',
    scope: 'write:org',
    accepted: 'admin:org, write:org',
    permissions: 'members=write',
  },
  'own-membership:write': {
    role: 'member',
    scope: 'write:org',
    accepted: 'admin:org, write:org',
    permissions: 'members=write',
  },
  'members:write': { ...administration, permissions: 'members=write' },
  'organization:admin': { ...administration, permissions: 'organization_administration=write' },
  'organization-audit:read': {
    role: 'admin',
    scope: 'read:audit_log',
    accepted: 'audit_log, read:audit_log',
    permissions: 'organization_administration=read',
  },
  'organization-secrets:read': { ...administration, permissions: 'organization_secrets=read' },
  'organization-secrets:write': { ...administration, permissions: 'organization_secrets=write' },
  'organization-variables:read': {
    ...administration,
    permissions: 'organization_actions_variables=read',
  },
  'organization-variables:write': {
    ...administration,
    permissions: 'organization_actions_variables=write',
  },
  'organization-hooks:read': { ...hooks, permissions: 'organization_hooks=read' },
  'organization-hooks:write': { ...hooks, permissions: 'organization_hooks=write' },
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
