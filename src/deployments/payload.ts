import type { components } from '@octokit/openapi-types'
import { simpleUser } from '../accounts/payload.ts'
import { performerPayload } from '../apps/payload.ts'
import { parseExactJson } from '../http/exact-json.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type RepositoryName } from '../repositories/model.ts'
import type { Deployment, DeploymentStatus } from './model.ts'

type Schemas = components['schemas']

/** Contract 1.2, in the order of GitHub's wire. */
export function deploymentPayload(deployment: Deployment, repository: RepositoryName, urls: Urls) {
  const { id, creator, performer } = deployment
  const { repository_url, url } = addressesOf(id, repository, urls)
  return {
    url,
    id,
    node_id: nodeId('DE', repository.id, id),
    task: deployment.task,
    original_environment: deployment.original_environment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: toSecond(deployment.created_at),
    updated_at: toSecond(deployment.updated_at),
    statuses_url: `${url}/statuses`,
    repository_url,
    creator: creator && simpleUser(creator, urls),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: parsePayload(deployment.payload),
    transient_environment: deployment.transient_environment === 1,
    production_environment: deployment.production_environment === 1,
    performed_via_github_app: performer && performerPayload(performer, urls),
  } satisfies Schemas['deployment']
}

/**
 * The column holds what a request was allowed to send: an object or a string. Numbers that a double
 * cannot hold stay as they were; only members named by integers come first, as in JavaScript.
 */
const parsePayload = (json: string) => parseExactJson(json) as Schemas['deployment']['payload']

/** GitHub's schema does not know `waiting`, which its wire has (contract 2.3). */
type StatusSchema = Omit<Schemas['deployment-status'], 'state'> & {
  state: Schemas['deployment-status']['state'] | 'waiting'
}

/** Contract 2.2, in the order of GitHub's wire. */
export function statusPayload(status: DeploymentStatus, repository: RepositoryName, urls: Urls) {
  const { id, creator, performer } = status
  const { repository_url, url } = addressesOf(status.deployment_id, repository, urls)
  return {
    url: `${url}/statuses/${id}`,
    id,
    node_id: nodeId('DES', repository.id, id),
    state: status.state,
    creator: creator && simpleUser(creator, urls),
    description: status.description,
    environment: status.environment,
    target_url: status.log_url,
    created_at: toSecond(status.created_at),
    updated_at: toSecond(status.updated_at),
    deployment_url: url,
    repository_url,
    environment_url: status.environment_url,
    log_url: status.log_url,
    performed_via_github_app: performer && performerPayload(performer, urls),
  } satisfies StatusSchema
}

function addressesOf(deploymentId: number, repository: RepositoryName, urls: Urls) {
  const repository_url = `${urls.api}/repos/${fullNameOf(repository)}`
  return { repository_url, url: `${repository_url}/deployments/${deploymentId}` }
}
