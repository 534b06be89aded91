import { html } from 'ghtml'
import { person } from '../elements/avatar.ts'
import { refAndSha, shaText, theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { titleOf } from '../timeline/model.ts'
import { commitsMax } from './find-items.ts'
import type { Gate, Item } from './model.ts'

/** What waits, with a box to tick where the viewer can answer. */
export function itemRow(item: Item, now: Date, isTicked: boolean): string {
  const { id, owner, repository, environment, ref, sha, task, heldAt } = item
  const base = `/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`
  const name = `${owner}/${repository} #${id}`
  const box = item.asksViewer
    ? html`<input type="checkbox" name="deployment" value="${item.repository_id}/${id}" aria-label="Choose ${name}"!${isTicked ? ' checked' : ''}>`
    : ''
  return html`<li class="review" id="waiting-${id}" data-row>!${box}<div>
<div class="facts"><a href="${base}/deployments/${id}"><strong>${name}</strong></a> <span>!${icon('server')} !${theirs(environment)}</span> <span>!${refAndSha(ref, sha)}</span>!${task === 'deploy' ? '' : html` <span class="label">!${theirs(task)}</span>`}!${item.live ? '' : ' <span class="label">First deployment</span>'}</div>
!${item.description ? html`<div>!${theirs(item.description)}</div>` : ''}
<div class="facts muted"><span>!${person(item.creator)} asked</span> <span>waits since !${ago(heldAt, now)}</span></div>
<ul class="plain small">!${item.gates.map((gate) => gateLine(gate, now)).join('')}</ul>
!${broughtBy(item, base)}</div></li>`
}

const gateLine = ({ reason, until }: Gate, now: Date) =>
  html`<li class="state wait">!${icon(until === null ? 'hourglass' : 'stopwatch')} <span>!${theirs(reason)}!${until === null ? '' : html`, opens !${ago(until, now)}`}</span></li>`

function broughtBy({ live, commits }: Item, base: string): string {
  if (!live || !commits) return ''
  const since = html`<a href="${base}/deployments/${live.id}">what is live</a>`
  if (commits.length === 0) return html`<div class="muted">No new commit since !${since}</div>`
  const shown = commits.slice(0, commitsMax)
  const count = commits.length > commitsMax ? `More than ${commitsMax}` : String(commits.length)
  const lines = shown.map(
    ({ sha, message }) => html`<li>!${shaText(sha)} !${theirs(titleOf(message))}</li>`,
  )
  return html`<details class="small"><summary>${count} ${commits.length === 1 ? 'commit' : 'commits'} since what is live</summary><p>Live is !${since}, !${shaText(live.sha)}.</p><ul>!${lines.join('')}</ul></details>`
}
