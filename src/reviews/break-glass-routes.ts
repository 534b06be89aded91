import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { deploymentPayload } from '../deployments/payload.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { breakGlass } from './break-glass.ts'
import { brokenGlass } from './model.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'

/** What GitHub does not have: a way past locks and freezes, with a reason. */
export const breakGlassRoutes: readonly Route[] = [
  ...repositoryRoute(
    'POST',
    '/deployments/:deployment_id/break-glass',
    { access: 'environments:write', docs },
    postBreakGlass,
  ),
]

async function postBreakGlass(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, permission } = call
  const actor = requireUser(call.actor)
  const { reason } = parseBody(call.body, brokenGlass, 'Deployment')
  // An App may do what an administrator may, and is none.
  const isAdmin = permission === 'admin' && actor.limits?.kind !== 'installation'
  const place = { repository, id: idIn(call.params['deployment_id']) }
  const deployment = await breakGlass(app, { actor, isAdmin }, place, reason)
  return ok(deploymentPayload(deployment, repository, urls))
}
