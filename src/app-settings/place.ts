import type { Account } from '../accounts/model.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import { findOrganizations } from '../organizations/organizations.ts'
import type { Repository } from '../repositories/model.ts'
import { findRepositories } from '../repositories/repositories.ts'
import type { UserVisit } from '../web/route.ts'

const repositoriesMax = 500

/** Where the person may install something: what is their own, and organisations that they administer. */
export async function findPlaces({ app, session }: UserVisit): Promise<Account[]> {
  const joined = await findOrganizations(app.store.read, session.account)
  return [session.account, ...joined.filter(({ role }) => role === 'admin')]
}

export async function findRepositoriesOf(
  { app, session }: UserVisit,
  { id }: Pick<Account, 'id'>,
): Promise<Repository[]> {
  const listed = { subject_id: id, since: '', before: '', limit: repositoriesMax, offset: 0 }
  const words = ['owned', 'visible', 'full_name'] as const
  const found = await findRepositories(app.store.read, actorOf(session), words, listed)
  return found.map(({ repository }) => repository)
}
