import { html } from 'ghtml'
import { hasUser } from '../../accounts/accounts.ts'
import { Problem } from '../../lib/problem.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { startSession } from '../../sessions/sessions.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, Visit, WebAnswer } from '../web/route.ts'
import { findByPassword } from './password.ts'

/** Where signing in leads when nobody was on the way to anywhere. */
const homePath = '/'
const pathCharactersMax = 8192

export async function showSignIn(visit: Visit): Promise<WebAnswer> {
  const returnTo = localPath(visit.query['return_to'])
  if (visit.session) return { kind: 'redirect', to: returnTo }
  // Nobody could sign in to a server that is not set up: the page says how that is done.
  if (!(await hasUser(visit.app.store.read))) return { kind: 'redirect', to: '/setup' }
  const login = visit.query['login'] ?? suggestedLogin(returnTo)
  return signInPage(visit, { returnTo, login })
}

export async function signIn(visit: Visit): Promise<WebAnswer> {
  const { app, form, address } = visit
  const { login = '', password = '' } = form
  const returnTo = localPath(form['return_to'])
  try {
    const account = await findByPassword(app, { login, password, address })
    if (!account) {
      const message = 'Incorrect username or password.'
      return { ...signInPage(visit, { returnTo, login, message }), status: 401 }
    }
    const user_agent = visit.userAgent.slice(0, userAgentCharactersMax)
    const key = await startSession(app, account, { address, user_agent })
    return { kind: 'redirect', to: returnTo, key, isByPage: true }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'forbidden') throw error
    app.log.warn({ address }, 'sign_in.locked_out')
    return { ...signInPage(visit, { returnTo, login, message: error.message }), status: 403 }
  }
}

/** Only ever a path of our own: `//host` and `/\host` would lead elsewhere. */
function localPath(text: string | undefined): string {
  const isOurs = text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text)
  return isOurs && text.length <= pathCharactersMax ? text : homePath
}

/** The account that a program asked for (contract 7.6, `login`). */
const suggestedLogin = (path: string): string =>
  new URL(path, 'http://localhost').searchParams.get('login') ?? ''

type Given = { readonly returnTo: string; readonly login: string; readonly message?: string }

function signInPage({ formToken }: Visit, { returnTo, login, message }: Given): Page {
  const hidden = hiddenInputs({ form_token: formToken, return_to: returnTo })
  return {
    kind: 'page',
    title: 'Sign in to Slipway',
    main: html`!${alert(message)}
<form class="card" method="post" action="/session">
!${hidden}
<label for="login">Username</label>
<input id="login" name="login" value="${login}" required maxlength="39" autocomplete="username" autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<p class="actions"><button class="go">Sign in</button></p>
</form>
<p class="muted">No password yet? Whoever runs this server sets one with <code>slipway user password NAME</code>.</p>`,
  }
}
