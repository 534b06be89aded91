import { actorOf } from '../dashboard/dashboard.ts'
import { pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'
import { createDeployment, removeDeployment } from '../deployments/deployments.ts'
import type { Deployment } from '../deployments/model.ts'
import { newDeploymentStatus } from '../deployments/model.ts'
import { createStatus } from '../deployments/statuses.ts'
import { parseExactJson } from '../http/exact-json.ts'

/** What can be done with a deployment, once somebody has said yes. Each gives the address of what is to be seen then. */
export type Act = (visit: RepositoryVisit, deployment: Deployment) => Promise<string>

/** The same once more: commit, environment and payload. */
export const redeploy: Act = (visit, deployment) => deployAgain(visit, deployment, deployment.task)

/** An ordinary deployment, of what was there before: what is told to whoever deploys is the task. */
export const rollBack: Act = (visit, deployment) => deployAgain(visit, deployment, 'rollback')

async function deployAgain(visit: RepositoryVisit, deployment: Deployment, task: string) {
  const { app, session, repository } = visit
  const { environment, description, transient_environment, production_environment } = deployment
  const outcome = await createDeployment(app, actorOf(session), repository, {
    ...{ ref: await refTo(visit, deployment), task, environment, description },
    payload: parseExactJson(deployment.payload),
    transient_environment: transient_environment === 1,
    production_environment: production_environment === 1,
    // The commit is to be this one, and was let out before.
    ...{ auto_merge: false, required_contexts: [] },
  })
  const base = `${pathOf(repository)}/deployments`
  return outcome.kind === 'created' ? `${base}/${outcome.deployment.id}` : base
}

/** By its name while that leads to the same commit: branch policies go by names. */
async function refTo(
  { app, repository }: RepositoryVisit,
  { ref, sha }: Pick<Deployment, 'ref' | 'sha'>,
): Promise<string> {
  const now = await app.git.resolve(repository.id, ref)
  return now?.sha === sha ? ref : sha
}

export const markInactive: Act = async ({ app, session, repository }, { id }) => {
  const said = newDeploymentStatus.parse({ state: 'inactive' })
  await createStatus(app, actorOf(session), { repository, deploymentId: id }, said)
  return `${pathOf(repository)}/deployments/${id}`
}

export const remove: Act = async ({ app, repository }, { id }) => {
  await removeDeployment(app, repository.id, id)
  return `${pathOf(repository)}/deployments`
}
