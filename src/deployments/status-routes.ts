import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, created, ok, okKept } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { pageWithLinks } from '../http/long-list.ts'
import { pageOf } from '../http/page.ts'
import { nameParts } from '../repositories/model.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findDeployment, withCreator } from './find-deployment.ts'
import { newDeploymentStatus } from './model.ts'
import { statusPayload } from './payload.ts'
import { countStatuses, statusesOf } from './status-queries.ts'
import { createStatus, findStatus } from './statuses.ts'

const needs = (access: 'deployments:read' | 'deployments:write', operation: string) => ({
  access,
  docs: `https://docs.github.com/rest/deployments/statuses#${operation}`,
})
const list = needs('deployments:read', 'list-deployment-statuses')
const create = needs('deployments:write', 'create-a-deployment-status')
const get = needs('deployments:read', 'get-a-deployment-status')
const all = '/deployments/:deployment_id/statuses'

export const deploymentStatusRoutes: readonly Route[] = [
  ...repositoryRoute('GET', all, list, listStatuses),
  ...repositoryRoute('POST', all, create, postStatus),
  ...repositoryRoute('GET', `${all}/:status_id`, get, getStatus),
]

async function listStatuses(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { read } = app.store
  const { id: deployment_id } = await findParent(call)
  const { limit, offset } = pageOf(query)
  const rows = await read.all(statusesOf, { deployment_id, limit: limit + 1, offset })
  const { page, headers } = await pageWithLinks({
    url: `${urls.api}/repositories/${repository.id}/deployments/${deployment_id}/statuses`,
    query,
    limit,
    rows,
    count: (count_max) => read.first(countStatuses, { deployment_id, count_max }),
  })
  return ok(
    page.map((row) => statusPayload(withCreator(row), repository, urls)),
    headers,
  )
}

async function postStatus(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const actor = requireUser(call.actor)
  const deploymentId = idIn(call.params['deployment_id'])
  const request = parseBody(call.body, newDeploymentStatus, 'DeploymentStatus')
  const status = await createStatus(app, actor, { repository, deploymentId }, request)
  const answer = created(statusPayload(status, repository, urls))
  return { ...answer, headers: { ...answer.headers, ...lastModified(status) } }
}

async function getStatus(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const { id } = await findParent(call)
  const status = await findStatus(app.store.read, id, idIn(params['status_id']))
  return okKept(
    call,
    {
      from: [status, ...nameParts(repository), urls],
      version: () => [status, ...nameParts(repository), urls],
      build: () => statusPayload(status, repository, urls),
    },
    lastModified(status),
  )
}

const findParent = ({ app, repository, params }: RepositoryCall) =>
  findDeployment(app.store.read, repository.id, idIn(params['deployment_id']))

const lastModified = ({ updated_at }: { readonly updated_at: string }) => ({
  'last-modified': new Date(updated_at).toUTCString(),
})
