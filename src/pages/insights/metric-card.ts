import { html } from 'ghtml'
import type { Insights } from '../../dora/dora.ts'
import {
  definitions,
  deploymentsBehind,
  type MetricName,
  recoveryOf,
  type SeriesItem,
} from '../../dora/model.ts'
import { withQuery } from '../elements/pagination.ts'
import { type Bar, barChart, type Dot, spanChart } from './chart.ts'
import { countWords, dayWords, shareWords, spanWords } from './words.ts'

export const titles: Readonly<Record<MetricName, string>> = {
  change_lead_time: 'Change lead time',
  deployment_frequency: 'Deployment frequency',
  failed_deployment_recovery_time: 'Failed deployment recovery time',
  change_fail_rate: 'Change fail rate',
  deployment_rework_rate: 'Deployment rework rate',
}

/** What a card shows: a figure with its unit, what it is of, and a picture with the same as a table. */
type Card = {
  readonly figure: string
  readonly unit: string
  readonly facts: readonly string[]
  readonly chart: string
  /** What the colours of the chart stand for. */
  readonly legend: readonly (readonly [tone: 'plain' | 'marked' | 'dot' | 'line', word: string])[]
  readonly columns: readonly string[]
  readonly rowOf: (item: SeriesItem) => readonly (string | number)[]
}

type Link = { readonly path: string; readonly query: Readonly<Record<string, string>> }

/** A metric with all that is known of it. */
export function metricCard(name: MetricName, insights: Insights, { path, query }: Link): string {
  const { figure, unit, facts, chart, legend, columns, rowOf } = cards[name](insights)
  const behind = deploymentsBehind(name, insights.judged).length
  const list = `${path}/${name}`
  const csv = withQuery(list, { ...query, format: 'csv' })
  const told = facts.map((fact) => html`<li>${fact}</li>`).join('')
  const colours = legend
    .map(([tone, word]) => html`<li><span class="key ${tone}"></span> ${word}</li>`)
    .join('')
  return html`<section class="card metric" aria-labelledby="${name}">
<h2 id="${name}">${titles[name]}</h2>
<p class="figure">${figure} <span class="muted">${unit}</span></p>
<ul class="tells muted">!${told}</ul>
!${chart}
<ul class="tells muted">!${colours}</ul>
<p class="small">${definitions[name]}</p>
<details><summary>As a table</summary>!${table(titles[name], columns, insights.series.map(rowOf))}</details>
<p class="row"><a href="${withQuery(list, query)}">${countWords(behind, 'deployment')}<span class="visually-hidden"> behind ${titles[name]}</span></a> <a href="${csv}" download>CSV<span class="visually-hidden"> of ${titles[name]}</span></a></p>
</section>`
}

function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const head = ['From', ...columns].map((word) => html`<th scope="col">${word}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell) => html`<td>${cell}</td>`).join('')}</tr>`)
    .join('')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption} as a table"><table><thead><tr>!${head}</tr></thead><tbody>!${body}</tbody></table></div>`
}

const cards: Readonly<Record<MetricName, (insights: Insights) => Card>> = {
  change_lead_time: ({ metrics: { change_lead_time: told }, judged, period, series }) => ({
    ...{ figure: spanWords(told.median), unit: 'median' },
    facts: [...withinWords(told.p90), countWords(told.n, 'commit'), coverageWords(told.coverage)],
    chart: spanChart('Change lead time of each deployment over time', {
      period,
      dots: judged.flatMap(({ deployment, leadTime }) =>
        leadTime === null ? [] : [{ at: deployment.successAt, ms: leadTime }],
      ),
      middles: middlesOf(series, ({ leadTime }) => leadTime),
    }),
    legend: [
      ['dot', 'a deployment'],
      ['line', 'median'],
    ],
    columns: ['Commits', 'Median'],
    rowOf: ({ start, commits, leadTime }) => [dayWords(start), commits, spanWords(leadTime)],
  }),

  deployment_frequency: ({ metrics: { deployment_frequency: told }, series }) => ({
    ...frequencyWords(told.perDay),
    facts: [
      countWords(told.n, 'deployment'),
      `usually ${spanWords(told.medianGap)} apart`,
      coverageWords(told.coverage, 'the period'),
    ],
    chart: bars('Successful deployments over time', series, () => 0),
    legend: [['plain', 'succeeded']],
    columns: ['Deployments'],
    rowOf: ({ start, deployments }) => [dayWords(start), deployments],
  }),

  failed_deployment_recovery_time: ({ metrics, judged, period, series }) => {
    const told = metrics.failed_deployment_recovery_time
    return {
      ...{ figure: spanWords(told.median), unit: 'median' },
      facts: [
        ...withinWords(told.p90),
        countWords(told.n, 'failure'),
        coverageWords(told.coverage),
      ],
      chart: spanChart('Recovery time of each failed deployment over time', {
        period,
        dots: judged.flatMap((one) => {
          const ms = recoveryOf(one)
          return ms === undefined ? [] : [{ at: one.deployment.successAt, ms }]
        }),
        middles: middlesOf(series, ({ recoveryTime }) => recoveryTime),
      }),
      legend: [
        ['dot', 'a failed deployment'],
        ['line', 'median'],
      ],
      columns: ['Failures', 'Median'],
      rowOf: ({ start, failures, recoveryTime }) => [
        ...[dayWords(start), failures, spanWords(recoveryTime)],
      ],
    }
  },

  change_fail_rate: ({ metrics: { change_fail_rate: told }, series }) => ({
    ...{ figure: shareWords(told.rate), unit: `${told.count} of ${told.n}` },
    facts: [coverageWords(told.coverage)],
    chart: bars('Deployments that failed, among all, over time', series, (item) => item.failures),
    legend: [
      ['plain', 'went well'],
      ['marked', 'failed'],
    ],
    columns: ['Deployments', 'Failed'],
    rowOf: ({ start, deployments, failures }) => [dayWords(start), deployments, failures],
  }),

  deployment_rework_rate: ({ metrics: { deployment_rework_rate: told }, series }) => ({
    ...{ figure: shareWords(told.rate), unit: `${told.count} of ${told.n}` },
    facts: [coverageWords(told.coverage)],
    chart: bars(
      'Deployments that were rework, among all, over time',
      series,
      (item) => item.rework,
    ),
    legend: [
      ['plain', 'planned'],
      ['marked', 'rework'],
    ],
    columns: ['Deployments', 'Rework'],
    rowOf: ({ start, deployments, rework }) => [dayWords(start), deployments, rework],
  }),
}

const withinWords = (p90: number | null): string[] =>
  p90 === null ? [] : [`90 % within ${spanWords(p90)}`]

const coverageWords = (coverage: number | null, of = 'deployments') =>
  coverage === null ? `no ${of}` : `known for ${shareWords(coverage)} of ${of}`

function frequencyWords(perDay: number): Pick<Card, 'figure' | 'unit'> {
  if (perDay >= 1) return { figure: perDay.toFixed(1), unit: 'a day' }
  return { figure: (perDay * 7).toFixed(1), unit: 'a week' }
}

const bars = (
  label: string,
  series: readonly SeriesItem[],
  markedIn: (item: SeriesItem) => number,
) =>
  barChart(
    label,
    series.map((item): Bar => {
      const marked = markedIn(item)
      return { start: item.start, plain: item.deployments - marked, marked }
    }),
  )

/** In the middle of each day or week that has one. */
function middlesOf(
  series: readonly SeriesItem[],
  durationOf: (item: SeriesItem) => number | null,
): Dot[] {
  const halfMs = ((series[1]?.start ?? 0) - (series[0]?.start ?? 0)) / 2
  return series.flatMap((item) => {
    const ms = durationOf(item)
    return ms === null ? [] : [{ at: item.start + halfMs, ms }]
  })
}
