import { findPrevious } from '../../current/current.ts'
import { findLogSection } from '../../deployment-logs/deployment-logs.ts'
import { findDeployment } from '../../deployments/find-deployment.ts'
import type { Deployment } from '../../deployments/model.ts'
import { findStatuses } from '../../deployments/statuses.ts'
import { findGivenReviews } from '../../gates/gates.ts'
import type { Commit } from '../../git/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import { findWait, type Reviewing } from '../../reviews/reviews.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import { mayVisitor, type RepositoryVisit } from '../dashboard/repository-page.ts'
import { findTold } from '../sequence/sequence.ts'
import { liveAt } from './queries.ts'

const statusesMax = 100
const commitsMax = 50

export type Facts = Awaited<ReturnType<typeof findFacts>>

/** All that is known of the deployment that the address names. Throws `not_found`. */
export async function findFacts(visit: RepositoryVisit) {
  const { app, repository, params } = visit
  const { read } = app.store
  const deployment = await findDeployment(read, repository.id, idIn(params['id']))
  const { id } = deployment
  const place = placeOf(deployment)
  const [newestFirst, reviews, events, previous, live, wait] = await Promise.all([
    findStatuses(read, id, statusesMax),
    findGivenReviews(read, id),
    findTold(read, deployment),
    findPrevious(read, deployment),
    read.first(liveAt, place),
    findWait(app, reviewingOf(visit), { repository, id }),
  ])
  return {
    happened: { deployment, statuses: newestFirst.toReversed(), reviews, told: events },
    isSuperseded: live !== undefined && live.id > id,
    commit: await app.git.commit(repository.id, deployment.sha),
    previous: previous && {
      ...previous,
      ...(await findChange(visit, previous.sha, deployment.sha)),
    },
    wait,
    log: await findLogSection(visit, deployment),
    maySeeHooks: await mayVisitor(visit, 'hooks:read'),
    mayDeploy: await mayVisitor(visit, 'deployments:write'),
  }
}

export const placeOf = ({ repository_id, environment_key, target }: Deployment) => ({
  ...{ repository_id, environment_key, target },
})

export const reviewingOf = (visit: RepositoryVisit): Reviewing => ({
  actor: actorOf(visit.session),
  isAdmin: visit.call().permission === 'admin',
})

/** What going from one commit to another brings, and what it takes away. */
export type Change = {
  readonly added: readonly Commit[]
  readonly removed: readonly Commit[]
  /** There are more of one kind or the other. */
  readonly isCut: boolean
}

export async function findChange(
  { app, repository }: Pick<RepositoryVisit, 'app' | 'repository'>,
  base: string,
  head: string,
): Promise<Change> {
  const limit = commitsMax + 1
  const [added, removed] = await Promise.all([
    app.git.missing(repository.id, { base, head }, limit),
    app.git.missing(repository.id, { base: head, head: base }, limit),
  ])
  const isCut = added.length > commitsMax || removed.length > commitsMax
  return { added: added.slice(0, commitsMax), removed: removed.slice(0, commitsMax), isCut }
}
