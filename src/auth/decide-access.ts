import type { Access, Grant, Permission } from './model.ts'
import { isReached } from './permissions.ts'

export type AccessFacts = {
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** The caller's role; undefined for whoever has none, and for the anonymous. */
  readonly permission: Permission | undefined
  /** The caller's scopes with all they contain; undefined for the anonymous. */
  readonly scopes: ReadonlySet<string> | undefined
  /** What the token may do here, where it has permissions instead of scopes. */
  readonly grant?: Grant | undefined
}

export type AccessDecision =
  | { readonly kind: 'allow' }
  /** 401: say who you are. */
  | { readonly kind: 'authenticate' }
  /** 404: you may not know that it exists. */
  | { readonly kind: 'hide' }
  /** 403: it exists, and you may not do this. */
  | { readonly kind: 'forbid'; readonly message: string }

const ranks = { none: 0, pull: 1, push: 2, admin: 3 }

/** Contract 7.5: a private repository is never admitted to exist, a visible one is. */
export function decideAccess(access: Access, facts: AccessFacts): AccessDecision {
  const { scopes, grant, isPrivate } = facts
  if (!scopes) return decideAnonymous(isPrivate, access.role !== 'pull')
  const { reaches, lack } = grant
    ? standingByGrant(access, grant, isPrivate)
    : standingByScopes(access, scopes, isPrivate)
  const rank = ranks[facts.permission ?? (isPrivate ? 'none' : 'pull')]
  if (isPrivate && (rank === 0 || !reaches)) return { kind: 'hide' }
  if (lack && grant) return { kind: 'forbid', message: lack }
  const fault = lack ?? (rank < ranks[access.role] ? shortOf[access.role] : undefined)
  return fault ? refused(access, fault) : decideArchived(access, facts)
}

const refused = ({ hidden }: Access, message: string): AccessDecision =>
  hidden ? { kind: 'hide' } : { kind: 'forbid', message }

function decideArchived(access: Access, { isArchived }: AccessFacts): AccessDecision {
  const isRefused = isArchived && access.role !== 'pull' && !access.archived
  if (!isRefused) return { kind: 'allow' }
  return { kind: 'forbid', message: 'Repository was archived so is read-only.' }
}

type Standing = {
  /** Whether the token may know of the repository, were it private. */
  readonly reaches: boolean
  /** What the token is short of, for the person who reads it. */
  readonly lack: string | undefined
}

function standingByScopes(
  access: Access,
  scopes: ReadonlySet<string>,
  isPrivate: boolean,
): Standing {
  const wanted = isPrivate ? access.privateScopes : access.publicScopes
  const lack = lackOf({ scopes: wanted, permissions: '' }, { scopes })
  return { reaches: lack === undefined, lack }
}

/** By permission (contract 7.3): what anyone may read of a public repository takes none. */
function standingByGrant(access: Access, grant: Grant, isPrivate: boolean): Standing {
  const isOpen = !isPrivate && access.role === 'pull' && access.publicScopes.length === 0
  return {
    reaches: grant.permissions !== undefined,
    lack: isOpen ? undefined : lackOfPermission(access.permissions, grant),
  }
}

type Wanted = {
  /** One of these; an empty list asks for none. */
  readonly scopes: readonly string[]
  /** In the notation of `X-Accepted-GitHub-Permissions`. */
  readonly permissions: string
}

type Held = { readonly scopes: ReadonlySet<string>; readonly grant?: Grant | undefined }

/** What the token is short of, in words for whoever reads the refusal. */
export function lackOf({ scopes, permissions }: Wanted, held: Held): string | undefined {
  if (held.grant) return lackOfPermission(permissions, held.grant)
  const suffices = scopes.length === 0 || scopes.some((scope) => held.scopes.has(scope))
  return suffices ? undefined : `This token needs the scope ${scopes.join(' or ')}.`
}

const lackOfPermission = (wanted: string, { kind, permissions }: Grant) =>
  isReached(permissions ?? {}, wanted) ? undefined : unreachableBy[kind]

const unreachableBy: Record<Grant['kind'], string> = {
  'fine-grained': 'Resource not accessible by personal access token',
  'app-user': 'Resource not accessible by integration',
  installation: 'Resource not accessible by integration',
}

/** Asked before anything is looked up, so that the answer says nothing about what exists. */
export function decideAnonymous(isPrivate: boolean, isChange: boolean): AccessDecision {
  if (isChange) return { kind: 'authenticate' }
  return isPrivate ? { kind: 'hide' } : { kind: 'allow' }
}

const shortOf: Record<Permission, string> = {
  pull: 'Not Found',
  push: 'Must have push access to Repository.',
  admin: 'Must have admin rights to Repository.',
}
