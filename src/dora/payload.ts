import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { csvOf } from './csv.ts'
import type { Insights } from './dora.ts'
import {
  definitions,
  type Judged,
  type MetricName,
  metricNames,
  recoveryOf,
  type SeriesItem,
} from './model.ts'

type Place = { readonly repository: Repository; readonly urls: Urls }

/** Durations in seconds, shares between 0 and 1. */
export function insightsPayload(insights: Insights, place: Place) {
  const { environment, period, metrics } = insights
  const measured = metricNames.map((name) => {
    const told = { definition: definitions[name], ...figuresOf(metrics[name]) }
    return [name, { ...told, deployments_url: addressOf(name, insights, place) }]
  })
  return {
    environment,
    since: timeOf(period.since),
    until: timeOf(period.until),
    metrics: Object.fromEntries(measured),
    pipeline_failures: figuresOf(metrics.pipeline_failures),
    series: insights.series.map(seriesItemPayload),
  }
}

const seriesItemPayload = ({ start, leadTime, recoveryTime, ...counts }: SeriesItem) => ({
  start: timeOf(start),
  ...counts,
  median_lead_seconds: secondsOf(leadTime),
  median_recovery_seconds: secondsOf(recoveryTime),
})

export function insightsCsv({ metrics }: Insights): string {
  const all = { ...metrics }
  const rows = [...metricNames, 'pipeline_failures' as const].flatMap((name) => {
    const { n, coverage, ...figures } = figuresOf(all[name])
    return Object.entries(figures).map(([figure, value]) => [name, figure, value, n, coverage])
  })
  return csvOf(['metric', 'figure', 'value', 'n', 'coverage'], rows)
}

type Figures = Insights['metrics'][keyof Insights['metrics']]

function figuresOf(figures: Figures): { n: number; coverage: number | null } & {
  [figure: string]: number | null
} {
  const { n, coverage: share } = figures
  const known = { n, coverage: rounded(share) }
  if ('perDay' in figures) {
    const { perDay, medianGap } = figures
    return { ...known, per_day: rounded(perDay), median_gap_seconds: secondsOf(medianGap) }
  }
  if ('rate' in figures) return { ...known, count: figures.count, rate: rounded(figures.rate) }
  const { median, p90 } = figures
  return { ...known, median_seconds: secondsOf(median), p90_seconds: secondsOf(p90) }
}

function addressOf(name: MetricName, { environment, period }: Insights, place: Place): string {
  const { repository, urls } = place
  const asked = { environment, since: timeOf(period.since), until: timeOf(period.until) }
  const query = new URLSearchParams(asked)
  return `${ownUrl(urls)}/repos/${fullNameOf(repository)}/insights/${name}/deployments?${query}`
}

/** Where what GitHub does not have begins. */
export const ownUrl = ({ web }: Urls): string => `${web}/api/slipway/v1`

/** A deployment behind a metric, and what it says of each. */
export function judgedPayload(judged: Judged, { repository, urls }: Place) {
  const { id } = judged.deployment
  return { url: `${urls.api}/repos/${fullNameOf(repository)}/deployments/${id}`, ...rowOf(judged) }
}

export const judgedCsv = (judged: readonly Judged[]): string =>
  csvOf(
    columns,
    judged.map((one) => Object.values(rowOf(one))),
  )

const columns = [
  ...['id', 'sha', 'ref', 'task', 'target', 'created_at', 'success_at', 'new_commits'],
  ...['median_lead_seconds', 'is_failure', 'remedied_by', 'recovery_seconds', 'is_rework'],
]

/** In the order of `columns`; what nobody can say is null. */
function rowOf(judged: Judged) {
  const { deployment, leadTime, leadTimes, isFailure, isRework, remedy } = judged
  const { id, sha, ref, task, target, createdAt, successAt } = deployment
  return {
    ...{ id, sha, ref, task, target: target || null },
    ...{ created_at: timeOf(createdAt), success_at: timeOf(successAt) },
    new_commits: leadTimes?.length ?? null,
    median_lead_seconds: secondsOf(leadTime),
    ...{ is_failure: isFailure ?? null, remedied_by: remedy?.id ?? null },
    ...{ recovery_seconds: secondsOf(recoveryOf(judged) ?? null), is_rework: isRework ?? null },
  }
}

const timeOf = (ms: number) => toSecond(new Date(ms).toISOString())
const secondsOf = (ms: number | null) => (ms === null ? null : Math.round(ms / 1000))
const rounded = (share: number | null) => (share === null ? null : Math.round(share * 1e4) / 1e4)
