import { html } from 'ghtml'
import { findIdentity } from '../../identities/identities.ts'
import type { IdentityRow } from '../../tables/accounts.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { UserVisit } from '../web/route.ts'

export const linkPath = '/settings/password/link'
export const unlinkPath = '/settings/password/unlink'

/** What somebody's account elsewhere has to do with the one here; nothing where nobody signs in elsewhere. */
export async function identitySection(visit: UserVisit): Promise<string> {
  const { app, session } = visit
  if (!app.provider) return ''
  const { settings } = app.provider
  const identity = await findIdentity(app.store.read, session.account, settings)
  return html`<section><h2>${settings.name}</h2>
!${identity ? linked(visit, settings.name, identity) : linkForm(visit, settings.name)}</section>`
}

function linked(visit: UserVisit, provider: string, identity: IdentityRow): string {
  const { account } = visit.session
  const form = html`<form method="post" action="${unlinkPath}">!${hiddenInputs({ form_token: visit.formToken })}<button class="danger">Unlink</button></form>`
  return html`<div class="box"><div class="row">
<div>You sign in as <strong>!${theirs(identity.name)}</strong> of ${provider}.<div class="muted">Linked !${ago(identity.created_at, visit.app.now())}</div></div>
!${account.password_hash === null ? '' : form}
</div></div>!${account.password_hash === null ? html`<p class="muted">It is your only way in: you can unlink it when you have a password.</p>` : ''}`
}

/** Asks for the password: an open browser that somebody finds should not let them in for good. */
function linkForm({ formToken, session }: UserVisit, provider: string): string {
  if (session.account.password_hash === null) return ''
  return html`<p>Link your account there, and you can sign in with it.</p>
<form method="post" action="${linkPath}">
!${hiddenInputs({ form_token: formToken })}
<input hidden readonly autocomplete="username" value="${session.account.login}">
<label for="link-password">Your password here</label>
<input id="link-password" name="password" type="password" required autocomplete="current-password">
<button>Link ${provider}</button>
</form>`
}
