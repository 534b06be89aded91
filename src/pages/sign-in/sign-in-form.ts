import { html } from 'ghtml'
import type { Provider } from '../../openid/openid.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, Visit } from '../web/route.ts'

/** Where signing in leads when nobody was on the way to anywhere. */
const homePath = '/'
const pathCharactersMax = 8192

/** Only ever a path of our own: `//host` and `/\host` would lead elsewhere. */
export function localPath(text: string | undefined): string {
  const isOurs = text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text)
  return isOurs && text.length <= pathCharactersMax ? text : homePath
}

/** The account that a program asked for (contract 7.6, `login`). */
export const suggestedLogin = (path: string): string =>
  new URL(path, 'http://localhost').searchParams.get('login') ?? ''

type Given = { readonly returnTo: string; readonly login?: string; readonly message?: string }

export function signInPage(
  { app, formToken }: Visit,
  { returnTo, login = '', message }: Given,
): Page {
  const hidden = hiddenInputs({ form_token: formToken, return_to: returnTo })
  const elsewhere = app.provider ? providerForm(app.provider, hidden) : ''
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
!${elsewhere}
<p class="muted">No password yet? Whoever runs this server sets one with <code>slipway user password NAME</code>.</p>`,
  }
}

/** A form, so that no other site can send somebody there: the way back would sign them in. */
const providerForm = ({ settings }: Provider, hidden: string) =>
  html`<form class="elsewhere" method="post" action="/login/openid">!${hidden}<button>Sign in with ${settings.name}</button></form>`
