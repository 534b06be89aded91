import { html } from 'ghtml'
import type { App } from '../../app.ts'
import type { Environment } from '../../environments/model.ts'
import { findLock, type Lock } from '../../gates/locks.ts'
import { Problem } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

export async function findCurrentLock(
  app: Pick<App, 'store' | 'now'>,
  { id: repositoryId }: Repository,
  { name }: Environment,
): Promise<Lock | undefined> {
  try {
    return await findLock(app, app.store.read, { repositoryId, name })
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined
    throw error
  }
}

const durations = [
  ['0', 'until somebody releases it'],
  ['1', 'for an hour'],
  ['4', 'for four hours'],
  ['24', 'for a day'],
  ['168', 'for a week'],
] as const

/** Who keeps everything from going there, or how to. */
export function renderLock(lock: Lock | undefined, about: About): string {
  return html`<section id="lock">!${alert(about.refusal)}!${lock ? renderLocked(lock, about) : renderUnlocked(about)}</section>`
}

function renderLocked(lock: Lock, { path, formToken, now }: About): string {
  const until = lock.expires_at ? html`, ends !${ago(lock.expires_at, now)}` : ''
  return html`<form class="note warning row" method="post" action="${path}/unlock#lock">!${hiddenInputs({ form_token: formToken })}<div><span class="state wait">!${icon('lock')} Locked</span> !${theirs(lock.reason)}
<div class="muted">By ${lock.login ?? 'somebody who is gone'} !${ago(lock.created_at, now)}!${until}. Every deployment to here waits.</div></div><button>!${icon('unlock')} Release</button></form>`
}

function renderUnlocked({ path, formToken, typed }: About): string {
  const options = durations.map(
    ([value, word]) =>
      html`<option value="${value}"!${value === typed['hours'] ? ' selected' : ''}>${word}</option>`,
  )
  return html`<details class="ask"!${typed['reason'] === undefined ? '' : ' open'}><summary class="button">!${icon('lock')} Lock</summary>
<form class="card" method="post" action="${path}/lock#lock">!${hiddenInputs({ form_token: formToken })}<p>While it is locked every deployment to here waits, whatever its rules say.</p>
<div class="inline"><label for="reason">Because</label><input id="reason" name="reason" required maxlength="255" value="${typed['reason'] ?? ''}" placeholder="Moving the database"><label class="visually-hidden" for="hours">How long</label><select id="hours" name="hours">!${options.join('')}</select><button>Lock</button></div></form></details>`
}
