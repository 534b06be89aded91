import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import type { Query } from '../http/page.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findDeployability } from './deployability.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const path = '/environments/:environment_name/deployability'

/** What GitHub does not have: whether a deployment would go, asked before there is one. */
export const deployabilityRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'deployments:read', docs }, getDeployability),
]

async function getDeployability(call: RepositoryCall): Promise<Answer> {
  const { app, repository, params, query } = call
  const environment = params['environment_name'] ?? ''
  const ref = query['ref'] || repository.default_branch
  const auto_merge = query['auto_merge'] !== 'false'
  const required_contexts = contextsIn(query)
  const { task = 'deploy', target = '' } = query
  const wanted = { environment, ref, auto_merge, required_contexts, task, target }
  return ok(await findDeployability(app, repository, wanted))
}

/** Absent, empty or a list, and each means another thing (contract 1.7). */
function contextsIn({ required_contexts: list }: Query): string[] | undefined {
  if (list === undefined) return undefined
  return list === '' ? [] : list.split(',')
}
