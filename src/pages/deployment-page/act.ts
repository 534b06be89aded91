import { removeDeployment } from '../../deployments/deployments.ts'
import { type Deployment, newDeploymentStatus } from '../../deployments/model.ts'
import { createStatus } from '../../deployments/statuses.ts'
import { deployAgain, rollBack } from '../../rollbacks/rollbacks.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import { pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'

/** What can be done with a deployment, once somebody has said yes. Each gives the address of what is to be seen then. */
export type Act = (visit: RepositoryVisit, deployment: Deployment) => Promise<string>

/** The same once more: commit, environment and payload. */
export const redeploy: Act = async ({ app, session, repository }, deployment) => {
  const { id } = await deployAgain(app, actorOf(session), repository, deployment)
  return `${pathOf(repository)}/deployments/${id}`
}

export const goBack: Act = async ({ app, session, repository }, deployment) => {
  const { id } = await rollBack(app, actorOf(session), repository, { id: deployment.id })
  return `${pathOf(repository)}/deployments/${id}`
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
