import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { queueSettings } from './model.ts'
import { findQueue, setQueue } from './queues.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const path = '/environments/:environment_name/queue'

/** How an environment's deployments wait for each other, which GitHub leaves to workflows. */
export const queueRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'environments:read', docs }, getQueue),
  ...repositoryRoute('PUT', path, { access: 'environments:write', docs }, putQueue),
]

const nameIn = ({ params }: RepositoryCall) => params['environment_name'] ?? ''

async function getQueue(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  return ok({ mode: await findQueue(app.store.read, repository, nameIn(call)) })
}

async function putQueue(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const { mode } = parseBody(call.body, queueSettings, 'Queue')
  await setQueue(app, repository, { name: nameIn(call), mode })
  return ok({ mode })
}
