import { html } from 'ghtml'
import type { DeploymentStatus } from '../../deployments/model.ts'
import type { deploymentPayload } from '../../deployments/payload.ts'
import type { Commit } from '../../git/model.ts'
import { parseExactJson } from '../../http/exact-json.ts'
import { person } from '../elements/avatar.ts'
import { outward, shaText, theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { statePill } from '../elements/state.ts'
import { ago } from '../elements/when.ts'
import { titleOf } from '../timeline/model.ts'
import type { Change, Facts } from './facts.ts'
import { masked } from './mask.ts'

/** All that was said, newest first. */
export function statusList(statuses: readonly DeploymentStatus[], now: Date): string {
  if (statuses.length === 0) return html`<p class="muted">No status yet.</p>`
  const lines = statuses.toReversed().map((status) => statusLine(status, now))
  return html`<ol class="box">!${lines.join('')}</ol>`
}

function statusLine(status: DeploymentStatus, now: Date): string {
  const { state, description, creator, created_at, log_url, environment_url } = status
  const links = [
    log_url === '' ? '' : outward(log_url, 'Log'),
    environment_url === '' ? '' : outward(environment_url, 'Environment'),
  ]
  return html`<li class="row"><div><div class="facts">!${statePill(state === 'success' ? 'succeeded' : state)} !${theirs(description)}</div><div class="muted facts"><span>!${person(creator)}</span> !${ago(created_at, now)}</div></div>!${links.join(' ')}</li>`
}

/** What it brought to its environment, beside what was there before. */
export function commitsSince(previous: Facts['previous'], base: string, now: Date): string {
  if (!previous) {
    return html`<p class="muted">Nothing went out to this environment before.</p>`
  }
  const { id } = previous
  const since = html`<a href="${base}/deployments/${id}">deployment ${id}</a>`
  const { added, removed } = previous
  if (added.length + removed.length === 0) {
    return html`<p class="muted">The same commits as !${since}.</p>`
  }
  return html`<p class="muted">Since !${since}, the last that went out with another commit.</p>!${changeLists(previous, now)}`
}

/** What comes and what leaves, each newest first. */
export function changeLists({ added, removed, isCut }: Change, now: Date): string {
  const list = (word: string, commits: readonly Commit[]) =>
    commits.length === 0
      ? ''
      : html`<p class="muted"><strong>${commits.length === 1 ? `1 commit ${word}s` : `${commits.length} commits ${word}`}</strong></p><ul class="box">!${commits.map((commit) => commitLine(commit, now)).join('')}</ul>`
  return html`!${list('come', added)}!${list('leave', removed)}!${isCut ? '<p class="muted">There are more.</p>' : ''}`
}

const commitLine = ({ sha, message, author }: Commit, now: Date) =>
  html`<li class="row"><div>!${icon('git-commit')} !${theirs(titleOf(message))}<div class="muted">!${theirs(author.name)} !${ago(author.date, now)}</div></div>!${shaText(sha)}</li>`

/** What programs get, with what looks like a secret left out. */
export function payloadParts(
  { happened: { deployment } }: Facts,
  object: ReturnType<typeof deploymentPayload>,
) {
  const payload = masked(parseExactJson(deployment.payload))
  const show = (value: unknown) => JSON.stringify(value, null, 2)
  const text = typeof payload === 'string' ? payload : show(payload)
  return html`!${isBare(text) ? '<p class="muted">None.</p>' : codeBlock(text)}
<details><summary>As the API gives it</summary>!${codeBlock(show({ ...object, payload }))}</details>`
}

/** A payload may have megabytes, which nobody reads. */
const shownCharactersMax = 64 * 1024

const codeBlock = (text: string) =>
  html`<pre dir="ltr" tabindex="0">${text.slice(0, shownCharactersMax)}</pre>!${text.length > shownCharactersMax ? '<p class="muted">The rest is given by the API.</p>' : ''}`

const isBare = (text: string) => text === '' || text === '{}'
