import { html } from 'ghtml'
import { definitions, type Judged, type MetricName, recoveryOf } from '../../dora/model.ts'
import { refAndSha, theirs } from '../elements/code.ts'
import { pagination, withQuery } from '../elements/pagination.ts'
import { moment } from '../elements/when.ts'
import { titles } from './metric-card.ts'
import { spanWords } from './words.ts'

const pageRows = 50

type Shown = {
  readonly metric: MetricName
  /** Of the repository's pages. */
  readonly base: string
  readonly query: Readonly<Record<string, string>>
  readonly page: number
  /** The newest first. */
  readonly all: readonly Judged[]
}

/** The deployments that a metric tells of, and what it makes of each. */
export function deploymentsMain({ metric, base, query, page, all }: Shown): string {
  const path = `${base}/insights/${metric}`
  const rows = all.slice((page - 1) * pageRows, page * pageRows)
  const links = pagination(path, query, {
    ...(page > 1 && { newer: { page: String(page - 1) } }),
    ...(all.length > page * pageRows && { older: { page: String(page + 1) } }),
  })
  return html`<nav class="crumbs" aria-label="Insights"><a href="${withQuery(`${base}/insights`, query)}">Insights</a><span aria-hidden="true">/</span><bdi>${query['environment'] ?? ''}</bdi></nav>
<div class="heading"><h1>${titles[metric]}</h1><a class="button" href="${withQuery(path, { ...query, format: 'csv' })}" download>Download CSV</a></div>
<p class="muted">${definitions[metric]}</p>
!${rows.length === 0 ? html`<p class="empty">No deployments are behind it.</p>` : table(base, rows)}
!${links}`
}

const table = (
  base: string,
  rows: readonly Judged[],
) => html`<div class="box scroll" tabindex="0" role="region" aria-label="Deployments"><table>
<thead><tr><th scope="col">Deployment</th><th scope="col">Commit</th><th scope="col">Succeeded</th><th scope="col">New commits</th><th scope="col">Lead time</th><th scope="col">Outcome</th></tr></thead>
<tbody>!${rows.map((row) => rowMarkup(base, row)).join('')}</tbody></table></div>`

function rowMarkup(base: string, judged: Judged): string {
  const { deployment, leadTimes, leadTime } = judged
  const { id, ref, sha, task, target, successAt } = deployment
  const told = [
    target && theirs(target),
    task === 'deploy' ? '' : html`<span class="label">!${theirs(task)}</span>`,
  ]
  return html`<tr><td><a href="${base}/deployments/${id}">#${id}</a> !${told.filter(Boolean).join(' ')}</td>
<td>!${refAndSha(ref, sha)}</td><td>!${moment(new Date(successAt).toISOString())}</td>
<td>${leadTimes?.length ?? 'unknown'}</td><td>${spanWords(leadTime)}</td><td>!${outcome(base, judged)}</td></tr>`
}

function outcome(base: string, judged: Judged): string {
  const { isFailure, remedy } = judged
  if (isFailure === undefined) return 'unknown'
  if (!remedy) return 'went well'
  const after = spanWords(recoveryOf(judged) ?? null)
  return html`<span class="text">put right by <a href="${base}/deployments/${remedy.id}">#${remedy.id}</a> after ${after}</span>`
}
