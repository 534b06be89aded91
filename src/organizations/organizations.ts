import { findOrganization, writeMembership } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { requireUser } from '../auth/auth.ts'
import { lackOf } from '../auth/decide-access.ts'
import { findStandingAt } from '../auth/grants.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Tx } from '../store/engine.ts'
import { decideOrganizationAccess } from './decide-access.ts'
import {
  type OrganizationAccess,
  type OrganizationAccessName,
  type OrganizationCall,
  organizationAccess,
  organizationLock,
  type Role,
} from './model.ts'
import { deleteMembership, deleteTeamMemberships, ownersOf } from './queries.ts'

type Needs = {
  readonly access: OrganizationAccessName
  readonly docs: string
}

/** A route below `/orgs/:org`. The handler runs only for members whom the access allows. */
export function organizationRoute(
  method: Method,
  path: string,
  { access: name, docs }: Needs,
  handler: (call: OrganizationCall) => Promise<Answer>,
): Route {
  const { accepted, permissions } = organizationAccess[name]
  return {
    method,
    path: `/orgs/:org${path}`,
    accepted,
    permissions,
    docs,
    handler: async (call) => await handler(await atOrganization(call, name)),
  }
}

/** Throws 401, 403 or 404. */
async function atOrganization(call: Call, name: OrganizationAccessName): Promise<OrganizationCall> {
  const actor = requireUser(call.actor)
  const { read } = call.app.store
  const organization = await findOrganization(read, call.params['org'] ?? '')
  const access: OrganizationAccess = organizationAccess[name]
  const { role, grant } = await findStandingAt(read, actor, organization.id)
  const wanted = { scopes: [access.scope], permissions: access.permissions }
  const lack = lackOf(wanted, { scopes: actor.scopes, grant })
  const decision = decideOrganizationAccess(access, { role, lack })
  switch (decision.kind) {
    case 'allow':
      return { ...call, organization, actor, role: decision.role }
    case 'hide':
      throw notFound()
    case 'forbid':
      throw new Problem('forbidden', decision.message)
  }
}

/** Inside a transaction. Membership is at once: nobody has to accept an invitation. */
export async function recordMembership(
  tx: Tx,
  membership: { organization_id: number; account_id: number; role: Role },
): Promise<void> {
  await writeMembership(tx, membership)
  await requireOwner(tx, membership.organization_id)
}

/** Teams are left with the organisation. Throws `forbidden` for its last owner. */
export async function removeMember(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  organization: Account,
  account: Account,
): Promise<void> {
  const ids = { organization_id: organization.id, account_id: account.id }
  await app.store.transaction(async (tx) => {
    if (!(await tx.first(deleteMembership, ids))) throw notFound()
    await tx.all(deleteTeamMemberships, ids)
    await requireOwner(tx, organization.id)
    const line = { action: 'organization.remove_member', owner_id: organization.id }
    await recordAudit(app, tx, { ...line, subject: account.login })
  }, organizationLock(organization))
}

/** Asked after the change, which is undone when nobody could undo it any more. */
async function requireOwner(tx: Tx, organization_id: number): Promise<void> {
  if (await tx.first(ownersOf, { organization_id })) return
  throw new Problem('forbidden', 'An organization keeps at least one owner: make somebody else one')
}
