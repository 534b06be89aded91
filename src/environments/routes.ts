import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findEnvironment, removeEnvironment } from './environments.ts'
import { environmentName, environmentSettings } from './model.ts'
import { environmentPayload } from './payload.ts'
import { configureEnvironment, findProtectedEnvironments, findProtection } from './protection.ts'

const needs = (access: 'environments:read' | 'environments:write', operation: string) => ({
  access,
  docs: `https://docs.github.com/rest/deployments/environments#${operation}`,
})
const reads = (operation: string) => needs('environments:read', operation)
const writes = (operation: string) => needs('environments:write', operation)

/** A name may hold slashes: whoever routes has made one segment of it. */
export const environmentRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/environments', reads('list-environments'), listEnvironments),
  ...repositoryRoute(
    'GET',
    '/environments/:environment_name',
    reads('get-an-environment'),
    getEnvironment,
  ),
  ...repositoryRoute(
    'PUT',
    '/environments/:environment_name',
    writes('create-or-update-an-environment'),
    putEnvironment,
  ),
  ...repositoryRoute(
    'DELETE',
    '/environments/:environment_name',
    writes('delete-an-environment'),
    deleteEnvironment,
  ),
]

const nameOf = ({ params }: RepositoryCall): string => params['environment_name'] ?? ''

async function listEnvironments({ app, repository, urls, query }: RepositoryCall): Promise<Answer> {
  const { read } = app.store
  const { environments, total } = await findProtectedEnvironments(
    read,
    repository.id,
    pageOf(query),
  )
  const body = {
    total_count: total,
    environments: environments.map((one) => environmentPayload(one, repository, urls)),
  }
  const url = `${urls.api}/repositories/${repository.id}/environments`
  return ok(body, linkHeader(url, query, total))
}

async function getEnvironment(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const { read } = app.store
  const environment = await findEnvironment(read, repository.id, nameOf(call))
  const [shown] = await findProtection(read, repository.id, [environment])
  if (!shown) throw notFound()
  return ok(environmentPayload(shown, repository, urls))
}

/** 200 whether it was there or not, as GitHub (contract 4.1). */
async function putEnvironment(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const name = parseName(nameOf(call))
  const settings = parseBody(call.body, environmentSettings, 'Environment')
  const environment = await configureEnvironment(app, repository, name, settings)
  return ok(environmentPayload(environment, repository, urls))
}

function parseName(text: string): string {
  const parsed = environmentName.safeParse(text)
  if (parsed.success) return parsed.data
  const message = `name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Environment', field: 'name', code: 'custom', message })
}

async function deleteEnvironment(call: RepositoryCall): Promise<Answer> {
  await removeEnvironment(call.app, call.repository.id, nameOf(call))
  return noContent
}
