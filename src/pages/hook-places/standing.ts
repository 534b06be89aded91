import { html } from 'ghtml'
import type { findBacklog } from '../../hooks/hook-options/hook-options.ts'
import type { Hook } from '../../hooks/model.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { hiddenInputs } from '../web/layout.ts'

type Standing = {
  readonly hook: Hook
  readonly backlog: Awaited<ReturnType<typeof findBacklog>>
  readonly resume: string
  readonly formToken: string
  readonly mayWrite: boolean
  readonly now: Date
}

/** Whether anything is sent to a hook now, and if not, why not and what would change it. */
export function renderStanding(standing: Standing): string {
  const { hook, backlog, now } = standing
  if (hook.active !== 1) return switchedOff(standing)
  const pending = backlog?.pending ?? 0
  if (backlog?.breaker_until) {
    const since = backlog.first_failure_at
      ? html`, since !${ago(backlog.first_failure_at, now)}`
      : ''
    return html`<div class="note warning">!${icon('hourglass')} <strong>Paused.</strong> ${counted(backlog.consecutive_failures, 'attempt', 'attempts')} in a row failed!${since}. The receiver is asked again !${ago(backlog.breaker_until, now)}; ${counted(pending, 'delivery waits', 'deliveries wait')}. Redelivering one asks it at once.</div>`
  }
  if (pending > 0)
    return html`<p class="state busy">!${icon('sync')} ${counted(pending, 'delivery is', 'deliveries are')} under way</p>`
  return html`<p class="state good">!${icon('check-circle-fill')} Active</p>`
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

function switchedOff({ hook, backlog, resume, formToken, mayWrite, now }: Standing): string {
  const held = backlog?.held ?? 0
  const why = hook.disabled_at
    ? html`<strong>Switched off</strong> !${ago(hook.disabled_at, now)}: ${hook.disabled_reason ?? 'it failed for too long'}. What happens is held for it.`
    : html`<strong>Not active.</strong> Nothing is sent to it.`
  const says = html`<p>!${icon('stop')} !${why} !${held > 0 ? html`<strong>${counted(held, 'delivery is', 'deliveries are')} held.</strong>` : ''}</p>`
  if (!mayWrite) return html`<div class="note warning">!${says}</div>`
  return html`<form class="note warning" method="post" action="${resume}">!${hiddenInputs({ form_token: formToken })}!${says}
!${held > 0 ? backlogChoice : hiddenInputs({ backlog: 'all' })}
<button>Switch on</button></form>`
}

const choices = [
  ['latest', 'The newest of each deployment, and whatever is about none'],
  ['all', 'All of it, in order'],
  ['none', 'None of it: what is held is given up'],
] as const

const backlogChoice = html`<fieldset><legend>What is to be sent of what is held?</legend>!${choices
  .map(
    ([value, word]) =>
      html`<label class="choice"><input type="radio" name="backlog" value="${value}"!${value === 'latest' ? ' checked' : ''}> ${word}</label>`,
  )
  .join('')}</fieldset>`
