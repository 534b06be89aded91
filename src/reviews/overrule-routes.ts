import { requireUser } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import { deploymentPayload } from '../deployments/payload.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { overruling } from './model.ts'
import { type Overruling, overrule } from './overrule.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'
const writing = {
  ...({ access: 'environments:write', docs } as const),
  refusal: ({ params }: Call) => ({
    action: 'review.refused',
    subject: `deployment ${params['deployment_id']}`,
  }),
}
const one = '/deployments/:deployment_id'

/** What GitHub does not have: ways past locks and freezes, and past other deployments, with a reason. */
export const overruleRoutes: readonly Route[] = [
  ...repositoryRoute('POST', `${one}/break-glass`, writing, postBreakGlass),
  ...repositoryRoute('POST', `${one}/overtake`, writing, postOvertake),
]

async function postBreakGlass(call: RepositoryCall): Promise<Answer> {
  return await postOverruling(call, 'break_glass')
}

async function postOvertake(call: RepositoryCall): Promise<Answer> {
  return await postOverruling(call, 'overtake')
}

async function postOverruling(call: RepositoryCall, kind: Overruling): Promise<Answer> {
  const { app, repository, urls, permission } = call
  const actor = requireUser(call.actor)
  const { reason } = parseBody(call.body, overruling, 'Deployment')
  // An App may do what an administrator may, and is none.
  const isAdmin = permission === 'admin' && actor.limits?.kind !== 'installation'
  const place = { repository, id: idIn(call.params['deployment_id']) }
  const deployment = await overrule(app, { actor, isAdmin }, place, { kind, reason })
  return ok(deploymentPayload(deployment, repository, urls))
}
