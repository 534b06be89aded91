import { findRole } from '../accounts/accounts.ts'
import type { Db } from '../store/engine.ts'
import type { RepositoryRow } from '../tables/repositories.ts'
import type { Grant, Limits, UserActor } from './model.ts'
import { type Permissions, permissionsIn } from './permissions.ts'
import { installationAt, installationOn, tokenRepository } from './queries.ts'

type At = Pick<RepositoryRow, 'id' | 'owner_id'>

/** What a token with permissions may do at this repository; undefined for a token with scopes. */
export async function findGrant(db: Db, actor: UserActor, at: At): Promise<Grant | undefined> {
  const { limits } = actor
  if (!limits) return undefined
  return { kind: limits.kind, permissions: await permissionsAt(db, { ...actor, limits }, at) }
}

/** What the caller is to an organisation, and what their token may do there. */
export type OrganizationStanding = {
  readonly role: 'admin' | 'member' | undefined
  readonly grant: Grant | undefined
}

/** An installation has no role, only permissions: where it is, nothing more is asked of it. */
export async function findStandingAt(
  db: Db,
  actor: UserActor,
  organizationId: number,
): Promise<OrganizationStanding> {
  const grant = await findGrantAtAccount(db, actor, organizationId)
  const role =
    grant?.kind === 'installation'
      ? grant.permissions && 'admin'
      : await findRole(db, organizationId, actor.account.id)
  return { role, grant }
}

/** As `findGrant`, at an account itself, where no repository is spoken of. */
export async function findGrantAtAccount(
  db: Db,
  { limits, app_id }: UserActor,
  accountId: number,
): Promise<Grant | undefined> {
  if (!limits) return undefined
  const { kind, permissions, resource_owner_id } = limits
  const isOfOwner = kind === 'fine-grained' || resource_owner_id !== null
  if (isOfOwner && resource_owner_id !== accountId) return { kind, permissions: undefined }
  if (kind === 'fine-grained') return { kind, permissions: permissionsIn(permissions) }
  const where = { app_id: app_id ?? 0, owner_id: accountId }
  const installation = await db.first(installationOn, where)
  const isFor = installation && (kind === 'app-user' || installation.id === limits.installation_id)
  return {
    kind,
    permissions: isFor ? permissionsIn(permissions ?? installation.permissions) : undefined,
  }
}

type Limited = UserActor & { readonly limits: Limits }

async function permissionsAt(db: Db, actor: Limited, at: At): Promise<Permissions | undefined> {
  const { limits, app_id, token_id } = actor
  // An App user's token has an owner once it was narrowed to that one.
  const isOfOwner = limits.kind === 'fine-grained' || limits.resource_owner_id !== null
  if (isOfOwner && limits.resource_owner_id !== at.owner_id) return undefined
  const isFor =
    limits.repository_selection !== 'selected' ||
    (await db.first(tokenRepository, { token_id: token_id ?? 0, repository_id: at.id })) !==
      undefined
  if (!isFor) return undefined
  if (limits.kind === 'fine-grained') return permissionsIn(limits.permissions)
  const where = { app_id: app_id ?? 0, repository_id: at.id }
  const installation = await db.first(installationAt, where)
  if (limits.kind === 'app-user') {
    return installation && permissionsIn(limits.permissions ?? installation.permissions)
  }
  return installation?.id === limits.installation_id ? permissionsIn(limits.permissions) : undefined
}
