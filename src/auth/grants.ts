import type { Db } from '../store/engine.ts'
import type { RepositoryRow } from '../store/tables.ts'
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

/** The same at an organisation itself, where no repository is spoken of. */
export async function findGrantAtOrganization(
  db: Db,
  { limits, app_id }: UserActor,
  organizationId: number,
): Promise<Grant | undefined> {
  if (!limits) return undefined
  const { kind, permissions, resource_owner_id } = limits
  const isOfOwner = kind === 'fine-grained' || resource_owner_id !== null
  if (isOfOwner && resource_owner_id !== organizationId) return { kind, permissions: undefined }
  if (kind === 'fine-grained') return { kind, permissions: permissionsIn(permissions) }
  const where = { app_id: app_id ?? 0, owner_id: organizationId }
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
    (await db.first(tokenRepository, { token_id, repository_id: at.id })) !== undefined
  if (!isFor) return undefined
  if (limits.kind === 'fine-grained') return permissionsIn(limits.permissions)
  const where = { app_id: app_id ?? 0, repository_id: at.id }
  const installation = await db.first(installationAt, where)
  if (limits.kind === 'app-user') {
    return installation && permissionsIn(limits.permissions ?? installation.permissions)
  }
  return installation?.id === limits.installation_id ? permissionsIn(limits.permissions) : undefined
}
