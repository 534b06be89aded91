import { html } from 'ghtml'
import { replacePassword } from '../../accounts/accounts.ts'
import { Problem } from '../../lib/problem.ts'
import { hashPassword } from '../../passwords/passwords.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { endSessions, startSession } from '../../sessions/sessions.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findByPassword } from './password.ts'

const path = '/settings/password'

export const showPassword = async (visit: UserVisit): Promise<WebAnswer> =>
  passwordForm(visit, { isChanged: visit.query['changed'] !== undefined })

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
    return { kind: 'redirect', to: `${path}?changed`, key }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const status = error.code === 'forbidden' ? 403 : 422
    return { ...passwordForm(visit, { refusal: error.message }), status }
  }
}

type Said = { readonly isChanged?: boolean; readonly refusal?: string }

function passwordForm(visit: UserVisit, { isChanged = false, refusal }: Said): Page {
  const changed = html`<p class="note" role="status">Changed. Your other browsers have to sign in anew.</p>`
  return settingsFrame(visit, path, {
    title: 'Password',
    main: html`<h1>Password</h1>
!${isChanged ? changed : ''}!${alert(refusal)}
<form method="post" action="${path}">
!${hiddenInputs({ form_token: visit.formToken })}
<input hidden readonly autocomplete="username" value="${visit.session.account.login}">
<label for="old">Old password</label>
<input id="old" name="old" type="password" required autocomplete="current-password">
<label for="new">New password</label>
<input id="new" name="new" type="password" required minlength="8" maxlength="1024" autocomplete="new-password" aria-describedby="new-help">
<p class="muted" id="new-help">At least 8 characters: a few words that belong together for nobody else.</p>
<label for="again">New password, once more</label>
<input id="again" name="again" type="password" required autocomplete="new-password">
<p>All your other browsers are signed out by it. Tokens go on working: <a href="/settings/tokens">revoke</a> those that somebody may know.</p>
<button class="go">Change password</button>
</form>`,
  })
}
