import { findAccount } from '../../accounts/accounts.ts'
import type { EnvironmentSettings } from '../../environments/model.ts'
import { invalidField, Problem } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import type { Db } from '../../store/engine.ts'
import { findTeamBySlug } from '../../teams/teams.ts'
import type { Named } from './parse-protection.ts'

type Ids = NonNullable<EnvironmentSettings['reviewers']>

/** More than are allowed is refused with the settings; no need to look for all of a long list. */
const soughtMax = 7

/** Their ids. Throws `invalid` for a name that is nobody's. */
export const findReviewerIds = (
  db: Db,
  repository: Repository,
  names: readonly Named[],
): Promise<Ids> =>
  Promise.all(names.slice(0, soughtMax).map((name) => findReviewerId(db, repository, name)))

async function findReviewerId(db: Db, { owner }: Repository, named: Named): Promise<Ids[number]> {
  if (named.type === 'User') {
    const { id } = await findAccount(db, named.login).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'not_found')
        return refuse(`user ${named.login}`)
      throw error
    })
    return { type: 'User', id }
  }
  const { organization, slug } = named
  const isOwners = organization.toLowerCase() === owner.login.toLowerCase()
  const team = isOwners ? await findTeamBySlug(db, owner.id, slug) : undefined
  if (!team) return refuse(`team ${organization}/${slug} of ${owner.login}`)
  return { type: 'Team', id: team.id }
}

function refuse(whom: string): never {
  const message = `There is no ${whom}. Write logins and organization/team, separated by commas.`
  throw invalidField({ resource: 'Environment', field: 'reviewers', code: 'custom', message })
}
