import { findDeployedTo, findInsights } from '../../dora/dora.ts'
import { deploymentsBehind, metricIn } from '../../dora/model.ts'
import { insightsCsv, judgedCsv } from '../../dora/payload.ts'
import { notFound } from '../../lib/problem.ts'
import {
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
  repositoryPage,
} from '../dashboard/repository-page.ts'
import type { Document, WebAnswer, WebRoute } from '../web/route.ts'
import { deploymentsMain } from './deployments-page.ts'
import { insightsMain, nothingYet } from './insights-page.ts'
import { spanIn } from './request.ts'

/** How well deploying goes, as charts. */
export const insightPages: readonly WebRoute[] = [
  repositoryPage('GET', '/insights', 'deployments:read', showInsights),
  repositoryPage('GET', '/insights/:metric', 'deployments:read', showDeployments),
]

async function showInsights(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, query } = visit
  const environments = await findDeployedTo(app.store.read, repository)
  const environment = query['environment'] || environments[0]
  if (environment === undefined) {
    return await repositoryFrame(visit, 'insights', { title: 'Insights', main: nothingYet() })
  }
  const { days, period } = spanIn(query, app.now())
  const insights = await findInsights(app, repository, { environment, period })
  if (query['format'] === 'csv') return csv(`${repository.name}-insights`, insightsCsv(insights))
  const chosen = { path: `${pathOf(repository)}/insights`, environments, environment, days }
  const main = insightsMain(chosen, insights)
  return await repositoryFrame(visit, 'insights', { title: 'Insights', main })
}

async function showDeployments(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, query, params } = visit
  const metric = metricIn(params['metric'])
  const { environment = '' } = query
  if (!metric || environment === '') throw notFound()
  const { days, period } = spanIn(query, app.now())
  const { judged } = await findInsights(app, repository, { environment, period })
  const all = deploymentsBehind(metric, judged).toReversed()
  if (query['format'] === 'csv') return csv(`${repository.name}-${metric}`, judgedCsv(all))
  const chosen = { environment, days: String(days) }
  const page = /^[1-9]\d{0,3}$/.test(query['page'] ?? '') ? Number(query['page']) : 1
  const main = deploymentsMain({
    ...{ metric, page, all },
    base: pathOf(repository),
    query: chosen,
  })
  return await repositoryFrame(visit, 'insights', { title: 'Insights', main })
}

const csv = (name: string, text: string): Document => ({
  kind: 'document',
  type: 'text/csv; charset=utf-8',
  text,
  headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
})
