import { html } from 'ghtml'
import type { Current, Standing } from '../../current/model.ts'
import type { Repository } from '../../repositories/model.ts'
import { pathOf } from '../dashboard/repository-page.ts'
import { avatar } from '../elements/avatar.ts'
import { shortSha } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { statePill } from '../elements/state.ts'
import { ago } from '../elements/when.ts'
import type { Drift } from './drift.ts'
import { standingsOf, stateOf } from './filter.ts'

export type Place = {
  readonly repository: Repository
  readonly drift: Drift
  readonly now: Date
}

/** How an environment stands: what is live, then what is on its way there, or did not arrive. */
export function cell(environment: Current, place: Place): string {
  const { live, lock, waiting_count } = environment
  const [first, ...others] = standingsOf(environment)
  if (!first) return html`<span class="muted">Nothing yet</span>!${lock ? lockLine(lock) : ''}`
  const targets = live.filter(({ id }) => id !== first.id).map(({ id }) => id)
  const alone = others.filter(({ id }) => !targets.includes(id))
  return [
    mainLines(first, place),
    targets.length > 0 ? html`<div class="small muted">and !${targetsOf(live)}</div>` : '',
    ...alone.filter(isWorthALine).map((standing) => smallLine(standing, place, waiting_count)),
    lock ? lockLine(lock) : '',
  ].join('')
}

/** What succeeded and was replaced is history. */
const isWorthALine = ({ state }: Standing) => state !== 'success' && state !== 'inactive'

function mainLines(standing: Standing, place: Place): string {
  const { creator, updated_at } = standing
  return html`<div class="line"><a href="${deploymentPath(standing, place)}">!${statePill(stateOf(standing))}</a>!${outward(standing, place)}!${behind(standing, place)}</div>
<div class="line small">!${refLink(standing, place)}</div>
<div class="line muted">!${creator ? html`<span title="${creator.login}">!${avatar(creator)}<span class="visually-hidden">${creator.login}</span></span>` : ''}!${ago(updated_at, place.now)}</div>`
}

/** A deployment beside the live one. */
function smallLine(standing: Standing, place: Place, waitingCount: number): string {
  const state = stateOf(standing)
  const more = state === 'waiting' && waitingCount > 1 ? ` +${waitingCount - 1}` : ''
  return html`<div class="line small then"><a href="${deploymentPath(standing, place)}" title="${refOf(standing)}">!${statePill(state)}</a>${more} <span class="muted">!${ago(standing.updated_at, place.now)}</span></div>`
}

function refLink(standing: Standing, place: Place): string {
  const { ref, sha } = standing
  const named = ref === sha ? '' : html`<bdi class="ref" title="${ref}">${ref}</bdi> `
  return html`<a href="${deploymentPath(standing, place)}" class="line muted-link">!${named}<code class="sha" title="${sha}">${shortSha(sha)}</code></a>`
}

function behind({ id }: Standing, { drift, repository }: Place): string {
  const count = drift.get(id) ?? 0
  if (count === 0) return ''
  const words = `${count} ${count === 1 ? 'commit' : 'commits'} behind ${repository.default_branch}`
  return html`<span class="label" title="${words}"><span aria-hidden="true">&darr;${count}</span><span class="visually-hidden">${words}</span></span>`
}

/** Only where it is an address that a browser may follow. */
function outward({ environment_url: url, environment }: Standing, { repository }: Place): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return ''
  return html`<a href="${url}" rel="noopener noreferrer nofollow" title="${url}">!${icon('link-external', `Visit ${environment} of ${repository.name}`)}</a>`
}

const lockLine = ({ login, reason }: NonNullable<Current['lock']>) =>
  html`<div class="small then" title="${reason}">!${icon('lock')} Locked by ${login ?? 'ghost'}: <bdi>${reason}</bdi></div>`

const targetsOf = (live: readonly Standing[]) =>
  live
    .slice(1)
    .map(({ target, sha }) => html`<bdi>${target}</bdi> <code class="sha">${shortSha(sha)}</code>`)
    .join(', ')

const refOf = ({ ref, sha }: Standing) =>
  ref === sha ? shortSha(sha) : `${ref} (${shortSha(sha)})`

const deploymentPath = ({ id }: Standing, { repository }: Place) =>
  `${pathOf(repository)}/deployments/${id}`
