import type { Account } from '../../accounts/model.ts'
import { findOrganizations } from '../../organizations/organizations.ts'
import type { UserVisit } from '../web/route.ts'

/** Where the person may install something: what is their own, and organisations that they administer. */
export async function findPlaces({ app, session }: UserVisit): Promise<Account[]> {
  const joined = await findOrganizations(app.store.read, session.account)
  return [session.account, ...joined.filter(({ role }) => role === 'admin')]
}
