import { html } from 'ghtml'
import type { SetFreeze } from '../../freezes/freezes.ts'
import type { Window } from '../../freezes/model.ts'
import { askFirst } from '../dashboard/form.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { moment } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

/** When nothing is deployed here, as calendars say it. */
export function renderFreezes(freezes: readonly SetFreeze[], about: About): string {
  const items = freezes.map((freeze) => freezeItem(freeze, about))
  return html`<section id="freezes"><h2>Freezes</h2>
<p class="muted">While one lasts every deployment to here waits until it is over.</p>!${alert(about.refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
!${newFreezeForm(about)}</section>`
}

const windowsShown = 3

function freezeItem(
  { name, time_zone, windows }: SetFreeze,
  { path, formToken, now }: About,
): string {
  const isFrozen = windows.some(({ startsAt }) => startsAt <= now)
  const state = isFrozen ? html`<span class="state wait">!${icon('hourglass')} Frozen</span>` : ''
  const next = windows.slice(0, windowsShown).map(windowLine)
  return html`<li class="row"><div>!${icon('clock')} <strong>!${theirs(name)}</strong> !${state} <span class="muted">${time_zone}</span>!${
    next.length === 0 ? '<div class="muted">Nothing in the coming year</div>' : next.join('')
  }</div>!${askFirst({
    ask: 'Delete',
    says: html`What waits for !${theirs(name)} alone goes at once.`,
    confirm: 'Delete this freeze',
    action: `${path}/freezes/${encodeURIComponent(name)}/delete#freezes`,
    fields: { form_token: formToken },
  })}</li>`
}

const windowLine = ({ summary, startsAt, endsAt }: Window) =>
  html`<div class="muted">!${moment(startsAt.toISOString())} to !${moment(endsAt.toISOString())} · !${theirs(summary)}</div>`

const repetitions = [
  ['', 'once'],
  ['daily', 'every day'],
  ['weekly', 'every week'],
  ['monthly', 'every month'],
  ['yearly', 'every year'],
] as const

function newFreezeForm({ path, formToken, typed, refusal }: About): string {
  const value = (name: string) => typed[name] ?? ''
  const options = repetitions.map(
    ([repeats, word]) =>
      html`<option value="${repeats}"!${repeats === typed['repeats'] ? ' selected' : ''}>${word}</option>`,
  )
  return html`<details class="ask"!${refusal === undefined ? '' : ' open'}><summary class="button">!${icon('plus')} Freeze</summary>
<form class="card" method="post" action="${path}/freezes#freezes">!${hiddenInputs({ form_token: formToken })}
<label for="freeze-name">Name</label><input id="freeze-name" name="name" required maxlength="100" value="${value('name')}" placeholder="Weekends">
<label for="time-zone">Time zone</label><input id="time-zone" name="time_zone" value="${value('time_zone')}" placeholder="UTC, Europe/Berlin" spellcheck="false">
<div class="inline"><label for="starts-at">From</label><input id="starts-at" name="starts_at" type="datetime-local" value="${value('starts_at')}"><label for="ends-at">to</label><input id="ends-at" name="ends_at" type="datetime-local" value="${value('ends_at')}"><label class="visually-hidden" for="repeats">How often</label><select id="repeats" name="repeats">!${options.join('')}</select></div>
<p></p><label for="calendar">Or a calendar (iCalendar)</label><textarea id="calendar" name="calendar" rows="3" spellcheck="false" placeholder="BEGIN:VCALENDAR">${value('calendar')}</textarea>
<p class="actions"><button>Save freeze</button></p></form></details>`
}
