import { html } from 'ghtml'
import type { Current, Standing } from '../../current/model.ts'
import { environmentKeyOf } from '../../environments/model.ts'
import { person } from '../elements/avatar.ts'
import { outward, refAndSha, theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { statePill } from '../elements/state.ts'
import { ago } from '../elements/when.ts'
import { environmentPlace, isVisitable, placeOf } from './model.ts'
import { countMax } from './queries.ts'

type Frame = {
  readonly base: string
  /** The environment that is looked at; empty for all. */
  readonly chosen: string
  readonly now: Date
}

type Places = readonly Current[]

/** Every environment, the one that was deployed to last first. */
export function sidebar(
  environments: Places,
  counts: ReadonlyMap<string, number>,
  { base, chosen, live }: Frame & { readonly live: string },
): string {
  const key = environmentKeyOf(chosen)
  const links = byActivity(environments).map((one) => {
    const ownKey = environmentKeyOf(one.name)
    return html`<a href="${environmentPlace(base, one.name)}"!${current(ownKey === key)}>!${icon(pictureOf(one))} !${theirs(one.name)} <span class="count">${countText(counts.get(ownKey) ?? 0)}</span></a>`
  })
  return html`<nav class="side" aria-label="Environments" id="environments" data-live="${live}"><a href="${base}/deployments"!${current(key === '')}>!${icon('rocket')} All environments</a>!${links.join('')}</nav>`
}

const current = (isCurrent: boolean) => (isCurrent ? ' aria-current="page"' : '')
const countText = (count: number) => (count >= countMax ? `${countMax}+` : String(count))
const pictureOf = ({ lock }: Current) => (lock ? 'lock' : 'server')
const newestOf = ({ latest }: Current) => latest?.id ?? 0
const byActivity = (environments: Places) =>
  environments.toSorted((a, b) => newestOf(b) - newestOf(a))

const cardsMax = 6

/** What is live where, as far as somebody looks at it. */
export function liveCards(environments: Places, frame: Frame): string {
  const key = environmentKeyOf(frame.chosen)
  const shown = byActivity(environments).filter(
    ({ name, live, lock }) =>
      (live.length > 0 || lock) && (key === '' || environmentKeyOf(name) === key),
  )
  const cards = shown.slice(0, cardsMax).map((one) => liveCard(one, frame))
  return cards.length === 0 ? '' : html`<div class="cards">!${cards.join('')}</div>`
}

function liveCard(one: Current, frame: Frame): string {
  const { name, live, latest, lock, waiting_count } = one
  const [newest] = live
  const others = [
    latest && latest.id !== newest?.id ? latestLine(latest, frame) : '',
    waiting_count > 0 ? html`<p class="small">${waiting_count} waiting</p>` : '',
    lock
      ? html`<p class="small">!${icon('lock')} Locked by ${lock.login ?? 'somebody who is gone'}: !${theirs(lock.reason)}</p>`
      : '',
  ]
  return html`<article class="card"><h2><a href="${environmentPlace(frame.base, name)}">!${theirs(name)}</a></h2>!${live.map((standing) => liveLine(standing, frame)).join('')}!${others.join('')}</article>`
}

const liveLine = (standing: Standing, { base, now }: Frame) => {
  const link = isVisitable(standing) ? outward(standing.environment_url, 'View deployment') : ''
  const target =
    standing.target === '' ? '' : html`<span class="label">!${theirs(standing.target)}</span>`
  return html`<p class="facts"><a href="${placeOf(base, standing.id)}">!${statePill('success')}</a> !${target} <span>!${refAndSha(standing.ref, standing.sha)}</span> <span class="muted">!${person(standing.creator)}</span> <span class="muted">!${ago(standing.updated_at, now)}</span> !${link}</p>`
}

const latestLine = (latest: Standing, { base, now }: Frame) =>
  html`<p class="facts small">Newest: <a href="${placeOf(base, latest.id)}">!${statePill(latest.state ?? 'pending')}</a> <span>!${refAndSha(latest.ref, latest.sha)}</span> !${ago(latest.created_at, now)}</p>`
