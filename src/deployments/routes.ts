import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { explainRefusal } from '../deployability/deployability.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { type Answer, created, noContent, ok, okKept } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { pageWithLinks } from '../http/long-list.ts'
import { pageOf, type Query } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import { nameParts } from '../repositories/model.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { createDeployment, removeDeployment } from './deployments.ts'
import { findDeployment, withCreator } from './find-deployment.ts'
import { type Deployment, type NewDeployment, newDeployment, targetOf } from './model.ts'
import { deploymentPayload } from './payload.ts'
import {
  countDeploymentsBy,
  deploymentsBy,
  type Filter,
  type FilterValues,
  filterNames,
} from './queries.ts'

const needs = (access: 'deployments:read' | 'deployments:write', operation: string) => ({
  access,
  docs: `https://docs.github.com/rest/deployments/deployments#${operation}`,
})
const reads = (operation: string) => needs('deployments:read', operation)
const writes = (operation: string) => needs('deployments:write', operation)
const one = '/deployments/:deployment_id'

export const deploymentRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/deployments', reads('list-deployments'), listDeployments),
  ...repositoryRoute('POST', '/deployments', writes('create-a-deployment'), postDeployment),
  ...repositoryRoute('GET', one, reads('get-a-deployment'), getDeployment),
  ...repositoryRoute('DELETE', one, writes('delete-a-deployment'), deleteDeployment),
]

async function listDeployments({ app, repository, urls, query }: RepositoryCall): Promise<Answer> {
  const { read } = app.store
  const values = valuesIn(query, repository.id)
  const filters = await planFilters(read, filtersIn(query), values)
  const { limit, offset } = pageOf(query)
  const rows = await read.all(deploymentsBy(filters), { ...values, limit: limit + 1, offset })
  const { page, headers } = await pageWithLinks({
    url: `${urls.api}/repositories/${repository.id}/deployments`,
    query,
    limit,
    rows,
    count: (count_max) => read.first(countDeploymentsBy(filters), { ...values, count_max }),
  })
  return ok(
    page.map((row) => deploymentPayload(withCreator(row), repository, urls)),
    headers,
  )
}

/** GitHub declares `none` as the default of each filter, so that, like nothing at all, means no filter (contract 1.3). */
const filtersIn = (query: Query): Filter[] =>
  filterNames.filter((name) => !['', 'none'].includes(query[name] ?? ''))

/** Matches beyond this many are all the same to us. */
const probeMax = 1000

/** Of several filters the one that matches least leads, or a million rows would be read to find the few. */
async function planFilters(read: Db, filters: readonly Filter[], values: FilterValues) {
  if (filters.length < 2) return filters
  const probe = { ...values, count_max: probeMax }
  const counts = await Promise.all(
    filters.map((name) => read.first(countDeploymentsBy([name]), probe)),
  )
  const sizes = filters.map((name, n) => ({ name, size: counts[n]?.count ?? 0 }))
  const [least] = sizes.sort((a, b) => a.size - b.size)
  return least ? [...filters, `by ${least.name}` as const] : filters
}

function valuesIn(query: Query, repository_id: number): FilterValues {
  const { sha = '', ref = '', task = '', environment = '' } = query
  const environment_key = environmentKeyOf(environment)
  return { repository_id, sha, ref, task, environment, environment_key }
}

async function postDeployment(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const actor = requireUser(call.actor)
  const request = parseBody(call.body, newDeployment, 'Deployment')
  const outcome = await createDeployment(app, actor, repository, request).catch((error) =>
    refuse(call, request, error),
  )
  if (outcome.kind === 'merged') return { status: 202, body: { message: outcome.message } }
  const { deployment } = outcome
  const answer = created(deploymentPayload(deployment, repository, urls))
  return { ...answer, headers: { ...answer.headers, ...lastModified(deployment) } }
}

/** What is refused for its ref is told all that is in its way. */
async function refuse(
  { app, repository }: RepositoryCall,
  request: NewDeployment,
  error: unknown,
): Promise<never> {
  const isAboutRef = error instanceof Problem && isRefusal(error)
  throw isAboutRef
    ? await explainRefusal(
        app,
        repository,
        { ...request, target: targetOf(request.payload) },
        error,
      )
    : error
}

const isRefusal = ({ code, errors }: Problem) =>
  code === 'conflict' || errors.some((one) => typeof one === 'object' && one.field === 'ref')

async function getDeployment(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const id = idIn(params['deployment_id'])
  const deployment = await findDeployment(app.store.read, repository.id, id)
  return okKept(
    call,
    {
      from: [deployment, ...nameParts(repository), urls],
      version: () => [deployment, ...nameParts(repository), urls],
      build: () => deploymentPayload(deployment, repository, urls),
    },
    lastModified(deployment),
  )
}

const lastModified = onceFor(({ updated_at }: Deployment) => ({
  'last-modified': new Date(updated_at).toUTCString(),
}))

async function deleteDeployment({ app, repository, params }: RepositoryCall): Promise<Answer> {
  await removeDeployment(app, repository.id, idIn(params['deployment_id']))
  return noContent
}
