import { html } from 'ghtml'
import { personWith } from '../elements/avatar.ts'
import { outward, refAndSha, theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { statePill } from '../elements/state.ts'
import { ago, lasting } from '../elements/when.ts'
import { doings, environmentPlace, isVisitable, type Listed, placeOf, shownState } from './model.ts'

export type RowFrame = {
  /** Where the repository's pages begin. */
  readonly base: string
  readonly now: Date
  /** The first line of each commit's message, as far as the repository has it. */
  readonly titles: ReadonlyMap<string, string>
  readonly mayDeploy: boolean
}

/** A deployment in the history. */
export function historyRow(row: Listed, frame: RowFrame): string {
  const { base, now, titles } = frame
  return html`<li class="row" id="deployment-${row.id}" data-row><div>
<a href="${placeOf(base, row.id)}"><strong>!${theirs(titles.get(row.sha) ?? `Deployment ${row.id}`)}</strong></a>
<div class="facts muted">!${statePill(shownState(row))} <a href="${environmentPlace(base, row.environment)}">!${theirs(row.environment)}</a> <span>!${refAndSha(row.ref, row.sha)}</span> <span>!${personWith(row.creator, row.app_name)}</span> !${ago(row.created_at, now)}!${tookOf(row)}!${taskOf(row)}</div></div>
!${isVisitable(row) ? outward(row.environment_url, 'View deployment') : ''}
!${menuOf(row, frame)}</li>`
}

const tookOf = ({ tookMs }: Listed) =>
  tookMs === null ? '' : html` <span>!${icon('stopwatch')} ${lasting(tookMs)}</span>`

/** Said where it is something else than what most are. */
const taskOf = ({ task }: Listed) =>
  task === 'deploy' ? '' : html` <span class="label">!${theirs(task)}</span>`

/** What can be done with it: each leads to a page that asks first. */
function menuOf(row: Listed, { base, mayDeploy }: RowFrame): string {
  const place = placeOf(base, row.id)
  const link = (path: string, word: string) => html`<a href="${place}${path}">${word}</a>`
  const links = [
    link('', 'Details'),
    row.log_url === '' ? '' : outward(row.log_url, 'Logs'),
    isVisitable(row) ? outward(row.environment_url, 'View deployment') : '',
    ...(mayDeploy ? doings(row).map(([path, word]) => link(`/${path}`, word)) : []),
    mayDeploy ? html`<a href="${place}/curl" data-copies-from="curl">Copy curl</a>` : '',
  ]
  return html`<details class="menu"><summary>!${icon('kebab-horizontal', `What to do with deployment ${row.id}`)}</summary><div>!${links.join('')}</div></details>`
}
