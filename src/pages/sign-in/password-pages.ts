import { html } from 'ghtml'
import { replacePassword } from '../../accounts/accounts.ts'
import { answerFor } from '../../http/errors.ts'
import { Problem } from '../../lib/problem.ts'
import { hashPassword } from '../../passwords/passwords.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { endSessions, startSession } from '../../sessions/sessions.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { identitySection } from './identity-section.ts'
import { findByPassword } from './password.ts'

export const passwordPath = '/settings/password'

const notes: Readonly<Record<string, string>> = {
  changed: 'Changed. Your other browsers have to sign in anew.',
  linked: 'Linked. From now on you can sign in with it.',
  unlinked: 'Unlinked.',
}

export async function showPassword(visit: UserVisit): Promise<WebAnswer> {
  const note = Object.keys(notes).find((name) => visit.query[name] !== undefined)
  return await passwordPage(visit, { note: notes[note ?? ''] })
}

/**
 * Takes the old one, whose guessing is limited as at the door: an open browser that somebody finds
 * should not become theirs. Every session ends, and this browser gets a new one.
 */
export async function changePassword(visit: UserVisit): Promise<WebAnswer> {
  const { app, form, session, address } = visit
  const { account } = session
  try {
    const old = { login: account.login, password: form['old'] ?? '', address }
    if (!(await findByPassword(app, old)))
      throw new Problem('invalid', 'The old password is not right')
    if (form['new'] !== form['again']) {
      throw new Problem('invalid', 'The new password was not typed the same twice')
    }
    const password_hash = await hashPassword(form['new'] ?? '')
    await app.store.transaction(async (tx) => {
      await replacePassword(app, tx, { id: account.id, password_hash })
      await endSessions(tx, account)
    })
    const user_agent = visit.userAgent.slice(0, userAgentCharactersMax)
    const key = await startSession(app, account, { address, user_agent })
    return { kind: 'redirect', to: `${passwordPath}?changed`, key }
  } catch (error) {
    return await passwordRefusal(visit, error)
  }
}

/** The page again, with what was wrong. */
export async function passwordRefusal(visit: UserVisit, error: unknown): Promise<Page> {
  if (!(error instanceof Problem)) throw error
  const page = await passwordPage(visit, { refusal: error.message })
  return { ...page, status: answerFor(error, '').status }
}

type Said = { readonly note?: string | undefined; readonly refusal?: string }

async function passwordPage(visit: UserVisit, { note, refusal }: Said): Promise<Page> {
  const isWithout = visit.session.account.password_hash === null
  return settingsFrame(visit, passwordPath, {
    title: 'Password',
    main: html`<h1>Password</h1>
!${note === undefined ? '' : html`<p class="note" role="status">${note}</p>`}!${alert(refusal)}
!${isWithout ? withoutPassword(visit) : passwordForm(visit)}
!${await identitySection(visit)}`,
  })
}

const withoutPassword = ({ session }: UserVisit) =>
  html`<p>You have none. Whoever runs this server can set one: <code>slipway user password ${session.account.login}</code></p>`

const passwordForm = ({
  formToken,
  session,
}: UserVisit) => html`<form method="post" action="${passwordPath}">
!${hiddenInputs({ form_token: formToken })}
<input hidden readonly autocomplete="username" value="${session.account.login}">
<label for="old">Old password</label>
<input id="old" name="old" type="password" required autocomplete="current-password">
<label for="new">New password</label>
<input id="new" name="new" type="password" required minlength="8" maxlength="1024" autocomplete="new-password" aria-describedby="new-help">
<p class="muted" id="new-help">At least 8 characters: a few words that belong together for nobody else.</p>
<label for="again">New password, once more</label>
<input id="again" name="again" type="password" required autocomplete="new-password">
<p>All your other browsers are signed out by it. Tokens go on working: <a href="/settings/tokens">revoke</a> those that somebody may know.</p>
<button class="go">Change password</button>
</form>`
