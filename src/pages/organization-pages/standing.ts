import { findOrganization, findRole } from '../../accounts/accounts.ts'
import type { Account } from '../../accounts/model.ts'
import { notFound } from '../../lib/problem.ts'
import type { UserVisit } from '../web/route.ts'

export type Standing = {
  readonly organization: Account
  readonly isOwner: boolean
  /** Where its pages begin. */
  readonly base: string
}

/** Who the visitor is to the organisation of the address. Throws `not_found` for whoever is no member. */
export async function findStanding({ app, params, session }: UserVisit): Promise<Standing> {
  const { read } = app.store
  const organization = await findOrganization(read, params['org'] ?? '')
  const role = await findRole(read, organization.id, session.account_id)
  if (!role) throw notFound()
  const base = `/organizations/${encodeURIComponent(organization.login)}`
  return { organization, isOwner: role === 'admin', base }
}
