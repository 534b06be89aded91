import { type Environment, environmentName } from '../../environments/model.ts'
import { findEnvironmentById } from '../../gates/gates.ts'
import { invalidField, notFound } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import { pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'

export const environmentsPath = (repository: Repository): string =>
  `${pathOf(repository)}/settings/environments`

/** By its id, as on GitHub: a name may hold anything. */
export const environmentPath = (repository: Repository, { id }: Pick<Environment, 'id'>): string =>
  `${environmentsPath(repository)}/${id}`

/** Throws `not_found` for an environment of another repository as well. */
export async function findVisitedEnvironment(visit: RepositoryVisit): Promise<Environment> {
  const { app, repository, params } = visit
  const found = await findEnvironmentById(app.store.read, idIn(params['environment_id']))
  if (found?.repository_id !== repository.id) throw notFound()
  return found
}

/** A name as somebody typed it. Throws `invalid`. */
export function parseEnvironmentName(text = ''): string {
  const parsed = environmentName.safeParse(text.trim())
  if (parsed.success) return parsed.data
  const message = `Name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Environment', field: 'name', code: 'custom', message })
}
