import { html } from 'ghtml'
import { notFound } from '../../lib/problem.ts'
import { findGrants, type Granted, revokeGrant } from '../../oauth/grants/grants.ts'
import { findClient } from '../../oauth/oauth-apps/oauth-apps.ts'
import { permissionList } from '../consent/consent.ts'
import { askFirst } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'

const path = '/settings/applications'

export async function listAuthorized(visit: UserVisit): Promise<WebAnswer> {
  const grants = await findGrants(visit.app.store.read, visit.session.account_id)
  const items = grants.map((grant) => grantItem(visit, grant))
  return settingsFrame(visit, path, {
    title: 'Authorized applications',
    main: html`<h1>Authorized applications</h1>
<p>You let these programs act as you, by their page of consent or with a code.</p>
!${items.length === 0 ? none : html`<ul class="box">!${items.join('')}</ul>`}`,
  })
}

const none = html`<div class="empty"><h2>No program acts for you</h2><p>One that you sign in to with Slipway, such as <code>gh</code>, is listed here from then on.</p></div>`

/** The program must ask anew, and every token it had of the person is worth nothing. Throws `not_found`. */
export async function revoke({ app, session, params }: UserVisit): Promise<WebAnswer> {
  const client = await findClient(app.store.read, params['client_id'] ?? '')
  if (!client) throw notFound()
  await revokeGrant(app, session.account_id, client)
  return { kind: 'redirect', to: path }
}

function grantItem({ app, formToken }: UserVisit, grant: Granted): string {
  const { name, owner, client_id, scopes } = grant
  const revoking = askFirst({
    ask: 'Revoke',
    says: html`<strong>!${theirs(name)}</strong> can no longer act as you, and has to ask again.`,
    confirm: 'Revoke access',
    action: `${path}/${encodeURIComponent(client_id)}/revoke`,
    fields: { form_token: formToken },
  })
  return html`<li class="row"><div>
<strong>!${theirs(name)}</strong> <span class="label">${grant.kind === 'oauth-app' ? 'OAuth app' : 'GitHub App'}</span>
<div class="muted">!${owner === null ? 'Comes with Slipway' : html`By <bdi>${owner}</bdi>`}, let in !${ago(grant.updated_at, app.now())}</div>
<details><summary>What it may do</summary>!${permissionList(grant, scopes)}</details>
</div>!${revoking}</li>`
}
