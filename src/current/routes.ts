import { findAccount } from '../accounts/accounts.ts'
import type { Call, Route } from '../auth/route.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import { findLatestStatus } from '../deployments/statuses.ts'
import { type Answer, ok } from '../http/answer.ts'
import { pageOf } from '../http/page.ts'
import type { Repository } from '../repositories/model.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { behindDefault, findCurrent, findGrid } from './current.ts'
import type { Standing } from './model.ts'
import {
  currentPayload,
  deploymentStatePayload,
  gridRowPayload,
  reachedPayload,
} from './payload.ts'
import { previousOf } from './queries.ts'
import { findWhere } from './where.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'
const reading = { access: 'deployments:read', docs } as const

/** What is where: what one would have to read a whole history of GitHub's deployments for. */
export const currentRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/environments/:environment_name/current', reading, getCurrent),
  ...repositoryRoute('GET', '/deployments/:deployment_id', reading, getDeployment),
  ...repositoryRoute('GET', '/commits/:sha/deployments', reading, getWhere),
  {
    ...{ method: 'GET', path: '/owners/:owner/grid', docs, handler: getGrid },
    ...{ accepted: 'repo, repo_deployment', permissions: 'deployments=read' },
  },
]

async function getCurrent({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const name = params['environment_name'] ?? ''
  const current = await findCurrent(app, app.store.read, repository, name)
  const payload = currentPayload(current, { repository, urls })
  const behind = await findBehind(app, repository, current.live)
  return ok({
    ...payload,
    live: payload.live.map((one) => ({ ...one, behind_by: behind.get(one.sha) ?? null })),
  })
}

/** More targets than this are not compared: each commit is a question to git. */
const comparedMax = 20

/** How far each commit is behind the default branch, as far as that is known. */
async function findBehind(
  app: RepositoryCall['app'],
  repository: Repository,
  live: readonly Standing[],
): Promise<Map<string, number | undefined>> {
  const shas = [...new Set(live.map(({ sha }) => sha))].slice(0, comparedMax)
  const counts = await Promise.all(shas.map((sha) => behindDefault(app, repository, sha)))
  return new Map(shas.map((sha, n) => [sha, counts[n]]))
}

async function getDeployment({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const { read } = app.store
  const deployment = await findDeployment(read, repository.id, idIn(params['deployment_id']))
  const [status, previous] = await Promise.all([
    findLatestStatus(read, deployment.id),
    read.first(previousOf, deployment),
  ])
  const told = { deployment, status, previous: previous?.id ?? null }
  return ok(deploymentStatePayload(told, { repository, urls }))
}

async function getWhere({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const { sha, reached } = await findWhere(app, repository, params['sha'] ?? '')
  const environments = reached.map((one) => reachedPayload(one, { repository, urls }))
  return ok({ sha, environments })
}

async function getGrid({ app, actor, urls, params, query }: Call): Promise<Answer> {
  const owner = await findAccount(app.store.read, params['owner'] ?? '')
  const { limit, offset } = pageOf(query)
  const { rows, total } = await findGrid(app, actor, { owner, limit, offset })
  return ok({ total_count: total, repositories: rows.map((row) => gridRowPayload(row, urls)) })
}
