import type { OrganizationAccess, Role } from './model.ts'

type Facts = {
  /** The caller's; undefined for whoever is no member. */
  readonly role: Role | undefined
  /** The caller's scopes with all they contain. */
  readonly scopes: ReadonlySet<string>
}

export type OrganizationDecision =
  | { readonly kind: 'allow'; readonly role: Role }
  /** 404: who is no member learns nothing of what is inside. */
  | { readonly kind: 'hide' }
  | { readonly kind: 'forbid'; readonly message: string }

export function decideOrganizationAccess(
  access: OrganizationAccess,
  { role, scopes }: Facts,
): OrganizationDecision {
  if (!role) return { kind: 'hide' }
  if (!scopes.has(access.scope)) {
    return { kind: 'forbid', message: `This token needs the scope ${access.scope}.` }
  }
  if (access.role === 'admin' && role !== 'admin') {
    return { kind: 'forbid', message: 'You must be an owner of this organization.' }
  }
  return { kind: 'allow', role }
}
