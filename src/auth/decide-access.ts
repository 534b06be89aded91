import type { Access, Permission } from './model.ts'

export type AccessFacts = {
  readonly isPrivate: boolean
  readonly isArchived: boolean
  /** The caller's role; undefined for whoever has none, and for the anonymous. */
  readonly permission: Permission | undefined
  /** The caller's scopes with all they contain; undefined for the anonymous. */
  readonly scopes: ReadonlySet<string> | undefined
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
  const { scopes, isPrivate } = facts
  const isChange = access.role !== 'pull'
  if (!scopes) return decideAnonymous(isPrivate, isChange)

  const wanted = isPrivate ? access.privateScopes : access.publicScopes
  const hasScope = hasAny(scopes, wanted)
  const rank = ranks[facts.permission ?? (isPrivate ? 'none' : 'pull')]
  if (isPrivate && (rank === 0 || !hasScope)) return { kind: 'hide' }

  const fault = faultOf(access, { hasScope, hasRole: rank >= ranks[access.role], wanted })
  if (fault) return access.hidden ? { kind: 'hide' } : { kind: 'forbid', message: fault }
  if (facts.isArchived && isChange && !access.archived) {
    return { kind: 'forbid', message: 'Repository was archived so is read-only.' }
  }
  return { kind: 'allow' }
}

const hasAny = (scopes: ReadonlySet<string>, wanted: readonly string[]): boolean =>
  wanted.length === 0 || wanted.some((scope) => scopes.has(scope))

type Standing = { hasScope: boolean; hasRole: boolean; wanted: readonly string[] }

function faultOf(access: Access, { hasScope, hasRole, wanted }: Standing): string | undefined {
  if (!hasScope) return `This token needs the scope ${wanted.join(' or ')}.`
  return hasRole ? undefined : shortOf[access.role]
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
