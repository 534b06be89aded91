import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findDeployedTo, findInsights, type Insights } from './dora.ts'
import { deploymentsBehind, metricIn } from './model.ts'
import { insightsCsv, insightsPayload, judgedCsv, judgedPayload, ownUrl } from './payload.ts'
import { periodIn } from './request.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'
const reading = { access: 'deployments:read', docs } as const

/** How well deploying goes. */
export const insightRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/insights', reading, getInsights),
  ...repositoryRoute('GET', '/insights/:metric/deployments', reading, getBehind),
]

async function getInsights(call: RepositoryCall): Promise<Answer> {
  const insights = await findAsked(call)
  return asksForCsv(call)
    ? csv(call, 'insights', insightsCsv(insights))
    : ok(insightsPayload(insights, call))
}

/** The deployments behind a metric, the newest first; as CSV all of them. */
async function getBehind(call: RepositoryCall): Promise<Answer> {
  const { params, query, urls, repository } = call
  const metric = metricIn(params['metric'])
  if (!metric) throw notFound()
  const { judged } = await findAsked(call)
  const all = deploymentsBehind(metric, judged).toReversed()
  if (asksForCsv(call)) return csv(call, metric, judgedCsv(all))
  const { offset, limit } = pageOf(query)
  const page = all.slice(offset, offset + limit).map((one) => judgedPayload(one, call))
  const url = `${ownUrl(urls)}/repositories/${repository.id}/insights/${metric}/deployments`
  return ok({ total_count: all.length, deployments: page }, linkHeader(url, query, all.length))
}

async function findAsked({ app, repository, query }: RepositoryCall): Promise<Insights> {
  const period = periodIn(query, app.now())
  const environment = query['environment'] || (await findUsual(app, repository))
  return await findInsights(app, repository, { environment, period })
}

/** GitHub's own default, while nothing was deployed yet. */
const findUsual = async (
  { store }: RepositoryCall['app'],
  repository: RepositoryCall['repository'],
) => (await findDeployedTo(store.read, repository))[0] ?? 'production'

const asksForCsv = ({ query, headers }: RepositoryCall) =>
  query['format'] === 'csv' || /^text\/csv\b/.test(headers.accept ?? '')

const csv = ({ repository }: RepositoryCall, name: string, text: string): Answer => ({
  status: 200,
  text,
  headers: {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${repository.name}-${name}.csv"`,
  },
})
