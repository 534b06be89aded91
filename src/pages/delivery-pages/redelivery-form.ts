import { html } from 'ghtml'
import { hiddenInputs } from '../web/layout.ts'

/** How many a choice is of, before anything is sent. */
export type Counted = { readonly matched: number; readonly chosen: Chosen }
export type Chosen = Readonly<Record<'hours' | 'states' | 'events', string>>

type RedeliveryForm = {
  readonly path: string
  readonly formToken: string
  readonly counted?: Counted
}

const nothingChosen: Chosen = { hours: '24', states: 'failed', events: '' }

const hours = [
  ['1', 'the last hour'],
  ['24', 'the last day'],
  ['168', 'the last 7 days'],
  ['720', 'all that is kept'],
] as const

const states = [
  ['failed', 'what did not arrive'],
  ['all', 'all, also what arrived'],
] as const

/** Many at once: first it is counted, then it is sent. */
export function redeliveryForm({ path, formToken, counted }: RedeliveryForm): string {
  const chosen = counted?.chosen ?? nothingChosen
  return html`<section id="many"><h2>Redeliver many</h2>
<p class="muted">The same events with the same GUIDs, behind whatever happens meanwhile.</p>
!${counted ? answer(counted, path, formToken) : ''}
<form class="card" method="post" action="${path}#many">!${hiddenInputs({ form_token: formToken })}
<div class="inline"><label for="hours">From</label>!${select('hours', hours, chosen.hours)}
<label for="states">Of that</label>!${select('states', states, chosen.states)}
<label for="events">Events</label><input id="events" name="events" value="${chosen.events}" placeholder="all, or: deployment, push">
<button name="what" value="count">Count</button></div></form></section>`
}

type Options = readonly (readonly [value: string, word: string])[]

const select = (name: string, options: Options, chosen: string) =>
  html`<select id="${name}" name="${name}">!${options.map(([value, word]) => html`<option value="${value}"!${value === chosen ? ' selected' : ''}>${word}</option>`).join('')}</select>`

function answer({ matched, chosen }: Counted, path: string, formToken: string): string {
  if (matched === 0) return '<p class="note" role="status">There are none of these.</p>'
  const many = matched === 1 ? '1 delivery' : `${matched} deliveries`
  return html`<form class="note" role="status" method="post" action="${path}">!${hiddenInputs({ form_token: formToken, ...chosen })}<p>${many} would be sent again.</p><button class="go" name="what" value="send">Redeliver ${many}</button></form>`
}
