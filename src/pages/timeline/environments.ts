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

/** What is kept of environments, by their keys. */
export type Kept = ReadonlyMap<
  string,
  { readonly count: number; readonly pinned_at: string | null }
>

/** Every environment: what is pinned, then the one that was deployed to last. */
export function sidebar(
  environments: Places,
  kept: Kept,
  { base, chosen, live }: Frame & { readonly live: string },
): string {
  const key = environmentKeyOf(chosen)
  const links = inOrder(environments, kept).map((one) => {
    const ownKey = environmentKeyOf(one.name)
    const { count = 0, pinned_at = null } = kept.get(ownKey) ?? {}
    return html`<a href="${environmentPlace(base, one.name)}"!${current(ownKey === key)}>!${icon(pictureOf(one))} !${theirs(one.name)} <span class="count">${countText(count)}</span>!${pinned_at === null ? '' : icon('pin', 'Pinned')}</a>`
  })
  return html`<nav class="side" aria-label="Environments" id="environments" data-live="${live}"><a href="${base}/deployments"!${current(key === '')}>!${icon('rocket')} All environments</a>!${links.join('')}</nav>`
}

const current = (isCurrent: boolean) => (isCurrent ? ' aria-current="page"' : '')
const countText = (count: number) => (count >= countMax ? `${countMax}+` : String(count))
const pictureOf = ({ lock }: Current) => (lock ? 'lock' : 'server')
const newestOf = ({ latest }: Current) => latest?.id ?? 0

function inOrder(environments: Places, kept: Kept): Current[] {
  const pinOf = ({ name }: Current) => kept.get(environmentKeyOf(name))?.pinned_at ?? notPinned
  return environments.toSorted((a, b) => compared(pinOf(a), pinOf(b)) || newestOf(b) - newestOf(a))
}

/** Behind every time. */
const notPinned = '~'
const compared = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)

const cardsMax = 6

/** What is live where, as far as somebody looks at it. */
export function liveCards(environments: Places, kept: Kept, frame: Frame): string {
  const key = environmentKeyOf(frame.chosen)
  const shown = inOrder(environments, kept).filter(
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
