import { findAccount } from '../accounts/accounts.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { pageOf } from '../http/page.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findCurrent, findGrid } from './current.ts'
import { currentPayload, gridRowPayload } from './payload.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'
const reading = { access: 'deployments:read', docs } as const

/** What is where: what one would have to read a whole history of GitHub's deployments for. */
export const currentRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/environments/:environment_name/current', reading, getCurrent),
  {
    ...{ method: 'GET', path: '/owners/:owner/grid', docs, handler: getGrid },
    ...{ accepted: 'repo, repo_deployment', permissions: 'deployments=read' },
  },
]

async function getCurrent({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const name = params['environment_name'] ?? ''
  const current = await findCurrent(app, app.store.read, repository, name)
  return ok(currentPayload(current, { repository, urls }))
}

async function getGrid({ app, actor, urls, params, query }: Call): Promise<Answer> {
  const owner = await findAccount(app.store.read, params['owner'] ?? '')
  const { limit, offset } = pageOf(query)
  const { rows, total } = await findGrid(app, actor, { owner, limit, offset })
  return ok({ total_count: total, repositories: rows.map((row) => gridRowPayload(row, urls)) })
}
