import { simpleUser } from '../accounts/payload.ts'
import type { Deployment, DeploymentStatus } from '../deployments/model.ts'
import { deploymentPayload, statusPayload } from '../deployments/payload.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { Current, GridRow, Lock, Standing } from './model.ts'
import type { Reached } from './where.ts'

type Place = { readonly repository: Repository; readonly urls: Urls }

/** How an environment stands. */
export function currentPayload(current: Current, place: Place) {
  const one = (standing: Standing | null) => standing && standingPayload(standing, place)
  return {
    environment: current.name,
    live: current.live.map((standing) => standingPayload(standing, place)),
    latest: one(current.latest),
    in_progress: one(current.in_progress),
    waiting: one(current.waiting),
    waiting_count: current.waiting_count,
    lock: current.lock && lockPayload(current.lock),
  }
}

/** As much of a deployment as fits into a cell; `url` has the rest. */
function standingPayload(standing: Standing, { repository, urls }: Place) {
  const { id, creator } = standing
  return {
    url: `${urls.api}/repos/${fullNameOf(repository)}/deployments/${id}`,
    id,
    state: stateOf(standing),
    sha: standing.sha,
    ref: standing.ref,
    task: standing.task,
    target: standing.target || null,
    status_description: standing.said,
    environment_url: standing.environment_url,
    log_url: standing.log_url,
    creator: creator && creatorPayload(creator, urls),
    created_at: toSecond(standing.created_at),
    updated_at: toSecond(standing.updated_at),
  }
}

/** GitHub's deployment, and what became of it. */
export function deploymentStatePayload({ deployment, status, previous }: Told, place: Place) {
  const { repository, urls } = place
  const isInactive = deployment.state === 'inactive'
  const by = isInactive ? status?.creator : null
  return {
    ...deploymentPayload(deployment, repository, urls),
    target: deployment.target || null,
    state: stateOf(deployment),
    latest_status: status && statusPayload(status, repository, urls),
    superseded_by: isInactive ? deployment.superseded_by : null,
    inactivated_by: by ? simpleUser(by, urls) : null,
    previous,
  }
}

type Told = {
  readonly deployment: Deployment
  readonly status: DeploymentStatus | null
  /** What was live before it; null for the first. */
  readonly previous: number | null
}

/** No status yet is pending, as GitHub's own pages say (contract 1.10). */
const stateOf = ({ state }: Pick<Standing, 'state'>) => state ?? 'pending'

/** As much as a page shows of somebody: a grid has hundreds of them. */
function creatorPayload(creator: NonNullable<Standing['creator']>, urls: Urls) {
  const { id, login, avatar_url, html_url } = simpleUser(creator, urls)
  return { id, login, avatar_url, html_url }
}

const lockPayload = ({ login, reason, created_at, expires_at }: Lock) => ({
  ...{ owner: login, reason },
  created_at: toSecond(created_at),
  expires_at: expires_at && toSecond(expires_at),
})

/** An environment that has a commit, or once had it. */
export function reachedPayload({ environment, live, first }: Reached, place: Place) {
  return {
    environment,
    is_live: live.length > 0,
    live: live.map((standing) => standingPayload(standing, place)),
    first: first && {
      ...{ id: first.id, sha: first.sha, ref: first.ref, target: first.target || null },
      created_at: toSecond(first.created_at),
    },
  }
}

/** A repository and its environments. */
export function gridRowPayload({ repository, environments }: GridRow, urls: Urls) {
  const { id, name, default_branch } = repository
  return {
    repository: {
      ...{ id, name, full_name: fullNameOf(repository), private: repository.private === 1 },
      url: `${urls.api}/repos/${fullNameOf(repository)}`,
      html_url: `${urls.web}/${fullNameOf(repository)}`,
      default_branch,
    },
    environments: environments.map((current) => currentPayload(current, { repository, urls })),
  }
}
