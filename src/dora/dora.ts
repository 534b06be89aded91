import type { App } from '../app.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import { decideLineage } from './decide-lineage.ts'
import { decideFailures, decideMetrics, successesIn } from './decide-metrics.ts'
import { decideSeries } from './decide-series.ts'
import { decideWindow } from './decide-window.ts'
import type { Deployed, Graph, Judged, Metrics, Period, SeriesItem, Success } from './model.ts'
import { deploymentsMax, deploymentsUntil, environmentsDeployedTo } from './queries.ts'

export type Insights = {
  readonly environment: string
  readonly period: Period
  readonly metrics: Metrics
  /** The successes of the period, the oldest first. */
  readonly judged: readonly Judged[]
  /** The same by days or weeks, the oldest first. */
  readonly series: readonly SeriesItem[]
}

/** Those a repository was lately deployed to; production first, then the latest. */
export async function findDeployedTo(db: Db, { id }: Pick<Repository, 'id'>): Promise<string[]> {
  const rows = await db.all(environmentsDeployedTo, { repository_id: id })
  return rows.map(({ environment }) => environment)
}

/** How the deployments of a period went in one environment: two queries, two questions to git. */
export async function findInsights(
  app: Pick<App, 'store' | 'git'>,
  { id }: Pick<Repository, 'id'>,
  { environment, period }: Pick<Insights, 'environment' | 'period'>,
): Promise<Insights> {
  const rows = await app.store.read.all(deploymentsUntil, {
    repository_id: id,
    environment_key: environmentKeyOf(environment),
    until: new Date(period.until).toISOString(),
  })
  const deployed = rows.map(deployedOf)
  const successes = deployed
    .filter((one): one is Success => one.successAt !== null)
    .sort((a, b) => a.successAt - b.successAt || a.id - b.id)
  const { earlier, window } = decideWindow(successes, period)
  const graph = await findGraph(app, id, { earlier, window })
  const judged = decideFailures(decideLineage(window, graph))
  const isCut = rows.length === deploymentsMax
  const knownSince = isCut ? (deployed.at(-1)?.createdAt ?? 0) : 0
  const unsuccessful = deployed.filter(
    ({ successAt, createdAt }) => successAt === null && createdAt >= period.since,
  )
  const metrics = decideMetrics({ judged, unsuccessful, period, knownSince })
  const told = successesIn(judged, period)
  return { environment, period, metrics, judged: told, series: decideSeries(told, period) }
}

const deployedOf = (row: RowOf<typeof deploymentsUntil>): Deployed => ({
  ...{ id: row.id, sha: row.sha, ref: row.ref, task: row.task, target: row.target },
  createdAt: Date.parse(row.created_at),
  successAt: row.success_at === null ? null : Date.parse(row.success_at),
  // A truth value is 1 to one engine and true to the other.
  hasFailed: Boolean(row.has_failed),
})

const commitsMax = 10_000

/** Where git is too slow nothing is known of the commits: the coverage says so, and the rest is told. */
async function findGraph(
  { git }: Pick<App, 'git'>,
  id: number,
  { earlier, window }: ReturnType<typeof decideWindow>,
): Promise<Graph> {
  const heads = window.map(({ sha }) => sha)
  const bases = earlier.map(({ sha }) => sha)
  try {
    const { commits, isCut } = await git.history(id, { heads, bases, commitsMax })
    const known = commits.map(({ sha, ...rest }) => [sha, rest] as const)
    // Older ones than the history are asked for by name.
    const present = new Set(commits.map(({ sha }) => sha))
    const others = [...new Set(heads)].filter((sha) => !present.has(sha))
    for (const { sha } of await git.commits(id, others)) present.add(sha)
    return { commits: new Map(known), present, isCut }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'unavailable') throw error
    return { commits: new Map(), present: new Set(), isCut: true }
  }
}
