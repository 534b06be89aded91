import { requireInstallation, requireUser } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { deploymentPayload } from '../deployments/payload.ts'
import { findEnvironmentById, findGivenReviews } from '../gates/gates.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { invalidField } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { newAppReview, newReview } from './model.ts'
import { approvalPayload, pendingPayload } from './payload.ts'
import { answerRule, canApprove, type Reviewing, reviewDeployment } from './reviews.ts'
import { findHeld, gatesOf } from './settle.ts'

const page = 'https://docs.github.com/rest/actions/workflow-runs'
const read = 'environments:read' as const

const refusalOf = (action: string) => (call: Call) => ({
  action,
  subject: `deployment ${call.params['run_id']}`,
})

const run = '/actions/runs/:run_id'
const pending = `${run}/pending_deployments`
const list = { access: read, docs: `${page}#get-pending-deployments-for-a-workflow-run` }
const review = {
  access: 'deployments:review' as const,
  docs: `${page}#review-pending-deployments-for-a-workflow-run`,
  refusal: refusalOf('review.refused'),
}
const history = { access: read, docs: `${page}#get-the-review-history-for-a-workflow-run` }
const answer = {
  access: 'deployments:gate' as const,
  docs: `${page}#review-custom-deployment-protection-rules-for-a-workflow-run`,
  refusal: refusalOf('protection_rule.refused'),
}

/** What is a workflow run on GitHub is a deployment here (design 6): `run_id` is its id. */
export const reviewRoutes: readonly Route[] = [
  ...repositoryRoute('GET', pending, list, listPending),
  ...repositoryRoute('POST', pending, review, postReview),
  ...repositoryRoute('GET', `${run}/approvals`, history, listApprovals),
  ...repositoryRoute('POST', `${run}/deployment_protection_rule`, answer, postAnswer),
]

const idOf = ({ params }: RepositoryCall): number => idIn(params['run_id'])

const reviewingOf = ({ actor, permission }: RepositoryCall): Reviewing | undefined => {
  if (actor.kind !== 'user') return undefined
  // An App may do what an administrator may, and is none.
  return { actor, isAdmin: permission === 'admin' && actor.limits?.kind !== 'installation' }
}

/** Empty for a deployment that waits for nothing. */
async function listPending(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const held = await findHeld(app.store.read, repository, idOf(call))
  if (!held) return ok([])
  const gates = await gatesOf(app, app.store.read, held)
  const { environment } = gates
  if (!environment) return ok([])
  const reviewing = reviewingOf(call)
  const mayApprove = reviewing ? await canApprove(app, held, gates, reviewing) : false
  const one = { environment, hold: held.hold, canApprove: mayApprove }
  return ok([pendingPayload(one, repository, urls)])
}

async function postReview(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const reviewing = reviewingOf(call) ?? { actor: requireUser(call.actor), isAdmin: false }
  const request = parseBody(call.body, newReview, 'Deployment')
  const place = { repository, id: idOf(call) }
  const deployment = await reviewDeployment(app, reviewing, place, request)
  return ok([deploymentPayload(deployment, repository, urls)])
}

/** What people said; Apps answer rules, and approve nothing in GitHub's sense. */
async function listApprovals(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const db = app.store.read
  const { id } = await findDeployment(db, repository.id, idOf(call))
  const held = await findHeld(db, repository, id)
  const binding = held && (await gatesOf(app, db, held)).binding
  const given = (await findGivenReviews(db, id)).filter(({ rule_id }) => rule_id === null)
  const [first] = given
  const environment = first && (await findEnvironmentById(db, first.environment_id))
  return ok(
    given.map((review) => {
      const isVoid = binding !== undefined && review.binding !== binding
      return approvalPayload({ review, environment, isVoid }, repository, urls)
    }),
  )
}

async function postAnswer(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const author = requireInstallation(requireUser(call.actor))
  const request = parseBody(call.body, newAppReview, 'DeploymentProtectionRule')
  if (!request.state && !request.comment) throw noComment()
  await answerRule(app, author, { repository, id: idOf(call) }, request)
  return noContent
}

const noComment = () =>
  invalidField({
    resource: 'DeploymentProtectionRule',
    field: 'comment',
    code: 'missing_field',
  })
