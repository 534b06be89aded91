import type { Route } from '../auth/route.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { type Answer, ok } from '../http/answer.ts'
import { invalidField } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { appendLog, readLog } from './logs.ts'

const docs = 'https://docs.github.com/rest/deployments/statuses'
const path = '/deployments/:deployment_id/log'

/** What a deployment printed, where whoever deploys has no page of their own for it. */
export const deploymentLogRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'deployments:read', docs }, get),
  ...repositoryRoute('PATCH', path, { access: 'deployments:write', docs }, append),
]

/** In parts: whoever gets an empty one has all that there is. */
async function get({ app, repository, params, query }: RepositoryCall): Promise<Answer> {
  const { read } = app.store
  const { id } = await findDeployment(read, repository.id, idIn(params['deployment_id']))
  const bytes = await readLog(read, id, offsetIn(query['offset']) ?? 0)
  const type = 'text/plain; charset=utf-8'
  return { status: 200, text: bytes.toString(), headers: { 'content-type': type } }
}

async function append({ app, repository, params, query, body }: RepositoryCall): Promise<Answer> {
  const place = { repository, id: idIn(params['deployment_id']) }
  const size = await appendLog(app, place, { offset: offsetIn(query['offset']), bytes: body })
  return ok({ size })
}

function offsetIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const message = `offset must be a number of bytes, and ${text} is none`
  throw invalidField({ resource: 'DeploymentLog', field: 'offset', code: 'custom', message })
}
