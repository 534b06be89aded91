import { z } from 'zod'
import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { deploymentPayload } from '../deployments/payload.ts'
import { type Answer, created } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { text } from '../http/text.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { rollBack } from './rollbacks.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments#create-a-deployment'
const path = '/deployments/:deployment_id/rollback'

export const rollbackRoutes: readonly Route[] = [
  ...repositoryRoute('POST', path, { access: 'deployments:write', docs }, postRollback),
]

const descriptionCharactersMax = 65_535

const newRollback = z.strictObject({ description: text(descriptionCharactersMax).optional() })

async function postRollback(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params, body } = call
  const actor = requireUser(call.actor)
  const { description } = parseBody(body, newRollback, 'Rollback')
  const id = idIn(params['deployment_id'])
  const deployment = await rollBack(app, actor, repository, { id, description })
  return created(deploymentPayload(deployment, repository, urls))
}
