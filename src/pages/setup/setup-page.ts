import { html } from 'ghtml'
import { passwordCharactersMin } from '../../passwords/passwords.ts'
import { assets } from '../web/assets.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, Visit } from '../web/route.ts'
import { linkMinutes } from './setup.ts'

/** Where people paste the whole link, they mean its token. */
export const tokenIn = (pasted: string): string => pasted.trim().replace(/^.*#t=/, '')

type Given = {
  readonly login: string
  readonly message: string
  /** One that was good, so that it need not be given again. */
  readonly token?: string
}

const nothing: Partial<Given> = {}

/** The form for the first administrator; a script takes the token out of the link. */
export function setupPage({ formToken }: Pick<Visit, 'formToken'>, given = nothing): Page {
  const { login = '', message, token } = given
  const hidden = hiddenInputs({ form_token: formToken, ...(token === undefined ? {} : { token }) })
  return {
    kind: 'page',
    title: 'Set up Slipway',
    scripts: [assets.setup.path],
    main: html`!${alert(message)}
<form class="card" method="post" action="/setup">
!${hidden}
<p>Nobody administers this server yet. Whoever started it does so with the link that it printed.</p>
!${token === undefined ? tokenField : ''}
<label for="login">Username</label>
<input id="login" name="login" value="${login}" required maxlength="39" autocomplete="username" autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" required minlength="${passwordCharactersMin}" autocomplete="new-password" aria-describedby="password-note">
<p id="password-note" class="muted">${passwordCharactersMin} characters or more.</p>
<p class="actions"><button class="go">Create the administrator</button></p>
</form>
<p class="muted">The link is good for ${linkMinutes} minutes; each start of the server prints a new one. Or make the administrator in a terminal: <code>slipway user create NAME --admin</code>, then <code>slipway user password NAME</code>.</p>`,
  }
}

const tokenField = html`<div id="token-field">
<label for="token">Setup token</label>
<input id="token" name="token" required autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="token-note">
<p id="token-note" class="muted">Open the link that <code>slipway serve</code> printed in its terminal, or paste what follows <code>#t=</code> in it.</p>
</div>`
