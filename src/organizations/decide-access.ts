import type { OrganizationAccess, Role } from './model.ts'

type Facts = {
  /** The caller's; undefined for whoever is no member. */
  readonly role: Role | undefined
  /** What the caller's token is short of, if anything, in words. */
  readonly lack: string | undefined
}

export type OrganizationDecision =
  | { readonly kind: 'allow'; readonly role: Role }
  /** 404: who is no member learns nothing of what is inside. */
  | { readonly kind: 'hide' }
  | { readonly kind: 'forbid'; readonly message: string }

export function decideOrganizationAccess(
  access: OrganizationAccess,
  { role, lack }: Facts,
): OrganizationDecision {
  if (!role) return { kind: 'hide' }
  const isShort = access.role === 'admin' && role !== 'admin'
  const fault = lack ?? (isShort ? 'You must be an owner of this organization.' : undefined)
  if (fault === undefined) return { kind: 'allow', role }
  return access.hidden ? { kind: 'hide' } : { kind: 'forbid', message: fault }
}
