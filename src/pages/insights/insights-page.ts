import { html } from 'ghtml'
import type { Insights } from '../../dora/dora.ts'
import { metricNames } from '../../dora/model.ts'
import { icon } from '../elements/icon.ts'
import { withQuery } from '../elements/pagination.ts'
import { metricCard } from './metric-card.ts'
import { spans } from './request.ts'
import { countWords, shareWords } from './words.ts'

export type Chosen = {
  /** Where the page is. */
  readonly path: string
  readonly environments: readonly string[]
  readonly environment: string
  readonly days: number
}

/** The metrics of an environment, each with its chart. */
export function insightsMain(chosen: Chosen, insights: Insights): string {
  const { path, environment, days } = chosen
  const query = { environment, days: String(days) }
  const cards = metricNames.map((name) => metricCard(name, insights, { path, query }))
  return html`<div class="heading"><h1>Insights</h1>!${choice(chosen)}</div>
!${insights.judged.length === 0 ? nothingHere(chosen) : html`<div class="metrics">!${cards.join('')}!${aside(insights, withQuery(path, { ...query, format: 'csv' }))}</div>`}`
}

const choice = ({ path, environments, environment, days }: Chosen): string => {
  // One that nothing was lately deployed to may be asked for all the same.
  const names = environments.includes(environment) ? environments : [...environments, environment]
  return html`<form class="inline" action="${path}">
<select name="environment" aria-label="Environment">!${names.map((name) => option(name, name, name === environment)).join('')}</select>
<select name="days" aria-label="Period">!${spans.map((span) => option(String(span), `Last ${span} days`, span === days)).join('')}</select>
<button>Show</button></form>`
}

const option = (value: string, word: string, isChosen: boolean) =>
  html`<option value="${value}"!${isChosen ? ' selected' : ''}>${word}</option>`

const nothingHere = ({ path, environment, days }: Chosen) => html`<div class="empty">
<h2>Nothing succeeded in <bdi>${environment}</bdi> in the last ${days} days</h2>
<p class="muted">A deployment counts from its first status <code>success</code>.</p>
!${days < 365 ? html`<a class="button" href="${withQuery(path, { environment, days: '365' })}">Look at the last 365 days</a>` : ''}</div>`

/** For a repository without deployments. */
export const nothingYet = (): string => html`<div class="heading"><h1>Insights</h1></div>
<div class="empty">!${icon('graph')}
<h2>Nothing has been deployed yet</h2>
<p class="muted">How long changes take, how often they are deployed and how often that goes wrong is told here,<br>out of deployments, their statuses and the commits between them. Begin with one:</p>
<pre><code>slipway deploy --environment production</code></pre></div>`

const aside = (
  { metrics: { pipeline_failures: told } }: Insights,
  csv: string,
) => html`<section class="card metric" aria-labelledby="pipeline">
<h2 id="pipeline">Pipeline failures</h2>
<p class="figure">${shareWords(told.rate)} <span class="muted">${told.count} of ${told.n}</span></p>
<p class="small">Deployments that ended in <code>failure</code> or <code>error</code> without ever succeeding. They changed nothing for anybody, so they are no failed changes; those that were given up count nowhere.</p>
<h3>How to read this</h3>
<p class="small">These are the five metrics of <a href="https://dora.dev/guides/dora-metrics/" rel="noopener noreferrer">dora.dev</a>. Compare an environment with its own past, and not with other teams: there is no good or bad value here. Where commits were pushed away, or history reaches too far back, a metric says for which share of deployments it can tell.</p>
<p class="row"><span>${countWords(told.n, 'deployment')}</span> <a href="${csv}" download>All metrics as CSV</a></p>
</section>`
