import { z } from 'zod'
import type { Route } from '../auth/route.ts'
import { environmentName } from '../environments/model.ts'
import { environmentPayload } from '../environments/payload.ts'
import { findProtection } from '../environments/protection.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { notFound } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { renameEnvironment } from './environment-names.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const newName = z.strictObject({ name: environmentName })

/** GitHub has no other name for an environment than its first. */
export const environmentNameRoutes: readonly Route[] = repositoryRoute(
  'POST',
  '/environments/:environment_name/rename',
  { access: 'environments:write', docs },
  postName,
)

async function postName(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const { name } = parseBody(call.body, newName, 'Environment')
  const place = { repositoryId: repository.id, name: params['environment_name'] ?? '' }
  const renamed = await renameEnvironment(app, place, name)
  const [shown] = await findProtection(app.store.read, repository.id, [renamed])
  if (!shown) throw notFound()
  return ok(environmentPayload(shown, repository, urls))
}
