import { html } from 'ghtml'
import { theirs } from '../elements/code.ts'
import { type IconName, icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { explainAttempt, hasArrived } from './explain-attempt.ts'
import type { AttemptItem } from './queries.ts'

type Around = { readonly path: string; readonly now: Date; readonly mayWrite: boolean }

/** A line of the list: one attempt, as GitHub shows it, and when the next one is. */
export function deliveryItem(attempt: AttemptItem, { path, now, mayWrite }: Around): string {
  const { id, guid, started_at, duration_ms, delivery_id } = attempt
  const choose = mayWrite
    ? html`<input type="checkbox" name="delivery" value="${delivery_id}" aria-label="Choose ${nameOf(attempt)} ${guid}">`
    : ''
  const why = explainAttempt(attempt)
  return html`<li class="row" id="delivery-${id}"><div><div class="inline">!${choose}<a href="${path}/${id}"><code>${guid}</code></a> <span class="label">!${theirs(nameOf(attempt))}</span></div>
<div class="muted">!${ago(started_at, now)} · ${durationOf(duration_ms)} · ${attemptWords(attempt)}!${nextWords(attempt, now)}</div>
!${why ? html`<div class="small">${why}</div>` : ''}</div>!${answerPill(attempt)}</li>`
}

export const nameOf = ({ name, action }: Pick<AttemptItem, 'name' | 'action'>): string =>
  action === null ? name : `${name}.${action}`

export const durationOf = (ms: number): string =>
  ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`

export const attemptWords = ({ n, trigger }: Pick<AttemptItem, 'n' | 'trigger'>): string =>
  `attempt ${n}${trigger === 'auto' ? '' : ', by hand'}`

export function answerPill(attempt: AttemptItem): string {
  const isGood = hasArrived(attempt)
  const [tone, picture]: [string, IconName] = isGood
    ? ['good', 'check-circle-fill']
    : ['bad', 'x-circle-fill']
  const { status_code, status } = attempt
  // GitHub's words for no answer begin in lower case: "timed out".
  const words =
    status_code > 0 ? String(status_code) : status.replace(/^./, (one) => one.toUpperCase())
  return html`<span class="state ${tone}">!${icon(picture)} ${words}</span>`
}

/** What follows on the newest attempt of a delivery; an older one was followed already. */
export function nextWords(attempt: AttemptItem, now: Date): string {
  const { n, attempts, state, next_at } = attempt
  if (n < attempts || hasArrived(attempt)) return ''
  switch (state) {
    case 'pending':
      return Date.parse(next_at) > now.getTime()
        ? html` · next attempt !${ago(next_at, now)}`
        : ' · next attempt when it is its turn'
    case 'held':
      return ' · held until the webhook is switched on'
    case 'exhausted':
      return ' · no more attempts'
    case 'cancelled':
      return ' · given up'
    case 'expired':
      return ' · too old to be tried again'
    default:
      return ''
  }
}
