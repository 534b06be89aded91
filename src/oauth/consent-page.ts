import { html } from 'ghtml'
import type { Account } from '../accounts/model.ts'
import { permissionList } from '../pages/consent/consent.ts'
import { hiddenInputs } from '../pages/web/layout.ts'
import type { Page, UserVisit } from '../pages/web/route.ts'
import type { Client } from './oauth-apps/model.ts'

type Asked = {
  readonly client: Client
  readonly target: string
  readonly scopes: readonly string[]
  readonly owner: Account | undefined
  /** As they came, to come again with the answer. */
  readonly fields: Readonly<Record<string, string>>
}

/** What comes back with the answer; anything else was not understood and is not repeated. */
const carried = [
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]

/** Who asks, for what in words, and where the answer goes. */
export function consentPage({ formToken, session }: UserVisit, asked: Asked): Page {
  const { client, target, scopes, owner, fields } = asked
  const repeated = Object.entries(fields).filter(([name]) => carried.includes(name))
  const { login } = session.account
  return {
    kind: 'page',
    title: `Authorize ${client.name}`,
    main: html`<form class="card" method="post" action="/login/oauth/authorize">
!${hiddenInputs({ ...Object.fromEntries(repeated), form_token: formToken })}
<p><strong>${client.name}</strong> !${madeBy(owner)} asks to act as <strong>${login}</strong>.</p>
!${client.description === null ? '' : html`<p class="muted">${client.description}</p>`}
<h2>It would be able to</h2>
!${permissionList(client, scopes)}
<p class="actions"><button name="answer" value="cancel">Cancel</button><button class="go" name="answer" value="authorize">Authorize ${client.name}</button></p>
<p class="muted">Either answer takes you to <strong>${new URL(target).origin}</strong>.</p>
</form>
<p class="muted">Not ${login}? <a href="/logout">Sign out</a> first.</p>`,
  }
}

const madeBy = (owner: Account | undefined) =>
  owner === undefined ? '(comes with Slipway)' : html`by <strong>${owner.login}</strong>`
