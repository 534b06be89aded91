import type { Call, Route } from '../auth/route.ts'
import { listRunsAt, listSuitesAt } from '../checks/checks.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../lib/problem.ts'
import { repositoryRoute } from '../repositories/repositories.ts'
import { getTarball, getZipball, sendTarball, sendZipball } from './archive.ts'
import { compare, getCommit, listCommitPulls, listCommits, listHeads } from './history.ts'
import { getBranch, getRef, listBranches, listMatchingRefs, listTags } from './refs.ts'
import { getCombinedStatus, listStatuses, postStatus } from './statuses.ts'

const docs = 'https://docs.github.com/rest'
const code = (page: string) => ({ access: 'code:read' as const, docs: `${docs}/${page}` })
const statuses = (operation: string) => ({
  access: 'statuses:read' as const,
  docs: `${docs}/commits/statuses#${operation}`,
})

const branches = 'branches/branches'
const commits = 'commits/commits'
const archives = 'repos/contents#download-a-repository-archive'
const newStatus = {
  access: 'statuses:write',
  docs: `${docs}/commits/statuses#create-a-commit-status`,
} as const
const matching = code('git/refs#list-matching-references')
const oneCommit = code(`${commits}#get-a-commit`)
const combined = statuses('get-the-combined-status-for-a-specific-reference')
const list = statuses('list-commit-statuses-for-a-reference')

const combinedRoutes = repositoryRoute('GET', '/commits/:ref/status', combined, getCombinedStatus)
const heads = code(`${commits}#list-branches-for-head-commit`)
const pulls = code(`${commits}#list-pull-requests-associated-with-a-commit`)
const headRoutes = repositoryRoute('GET', '/commits/:ref/branches-where-head', heads, listHeads)
const pullRoutes = repositoryRoute('GET', '/commits/:ref/pulls', pulls, listCommitPulls)
const checks = (operation: string) => ({
  access: 'checks:read' as const,
  docs: `${docs}/checks/${operation}-for-a-git-reference`,
})
const runsOf = checks('runs#list-check-runs')
const suitesOf = checks('suites#list-check-suites')
const runRoutes = repositoryRoute('GET', '/commits/:ref/check-runs', runsOf, listRunsAt)
const suiteRoutes = repositoryRoute('GET', '/commits/:ref/check-suites', suitesOf, listSuitesAt)
const listRoutes = repositoryRoute('GET', '/commits/:ref/statuses', list, listStatuses)

/** A `*` holds a name with its slashes, raw or encoded. */
export const commitRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/branches', code(`${branches}#list-branches`), listBranches),
  ...repositoryRoute('GET', '/branches/*', code(`${branches}#get-a-branch`), getBranch),
  ...repositoryRoute('GET', '/tags', code('repos/repos#list-repository-tags'), listTags),
  ...repositoryRoute('GET', '/git/ref/*', code('git/refs#get-a-reference'), getRef),
  // Where the `url` of a ref leads.
  ...repositoryRoute('GET', '/git/refs/*', code('git/refs#get-a-reference'), getRef),
  ...repositoryRoute('GET', '/git/matching-refs', matching, listMatchingRefs),
  ...repositoryRoute('GET', '/git/matching-refs/*', matching, listMatchingRefs),

  ...repositoryRoute('GET', '/commits', code(`${commits}#list-commits`), listCommits),
  ...repositoryRoute('GET', '/commits/*', oneCommit, getCommit).map(belowCommits),
  ...combinedRoutes,
  ...listRoutes,
  ...headRoutes,
  ...pullRoutes,
  ...runRoutes,
  ...suiteRoutes,
  ...repositoryRoute('GET', '/compare/*', code(`${commits}#compare-two-commits`), compare),

  ...repositoryRoute('POST', '/statuses/:sha', newStatus, postStatus),
  ...repositoryRoute('GET', '/statuses/*', list, listStatuses),

  ...repositoryRoute('GET', '/tarball', code(`${archives}-tar`), getTarball),
  ...repositoryRoute('GET', '/tarball/*', code(`${archives}-tar`), getTarball),
  ...repositoryRoute('GET', '/zipball', code(`${archives}-zip`), getZipball),
  ...repositoryRoute('GET', '/zipball/*', code(`${archives}-zip`), getZipball),
  archiveRoute('tar.gz', sendTarball),
  archiveRoute('zip', sendZipball),
]

/** Open to whoever has the address: it carries its own permission. */
function archiveRoute(format: string, handler: Route['handler']): Route {
  const path = `/repositories/:repository_id/legacy.${format}/:sha`
  return { method: 'GET', path, accepted: '', docs: `${docs}/${archives}-tar`, handler }
}

/**
 * The router sees `/commits/feature/a/status` only as `/commits/*`. The path as
 * it was written tells it from a branch `a/status`, whose slash a client
 * encodes; and statuses ask for another scope than code.
 */
function belowCommits(route: Route, index: number): Route {
  const targets: Record<string, Route | undefined> = {
    status: combinedRoutes[index],
    statuses: listRoutes[index],
    'branches-where-head': headRoutes[index],
    pulls: pullRoutes[index],
    'check-runs': runRoutes[index],
    'check-suites': suiteRoutes[index],
  }
  return { ...route, handler: (call) => dispatch(call, route, targets) }
}

/** What GitHub has below a commit and this server has not; and a slash too much, which is a 404 everywhere (contract 8.1). */
const unknown = /\/(comments)?$/

const below = /\/(status|statuses|branches-where-head|pulls|check-runs|check-suites)$/

async function dispatch(
  call: Call,
  route: Route,
  targets: Record<string, Route | undefined>,
): Promise<Answer> {
  const path = call.path.replace(/[?#].*$/, '')
  if (unknown.test(path)) throw notFound()
  const [suffix = '', name = ''] = below.exec(path) ?? []
  const target = targets[name]
  if (!target) return await route.handler(call)
  const ref = (call.params['*'] ?? '').slice(0, -suffix.length)
  const answer = await target.handler({ ...call, params: { ...call.params, ref } })
  return { ...answer, headers: { ...answer.headers, 'x-accepted-oauth-scopes': target.accepted } }
}
