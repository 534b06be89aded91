import { html } from 'ghtml'
import {
  endOtherSessions,
  endSession,
  findSessions,
  newVisitorKey,
} from '../../sessions/sessions.ts'
import type { SessionRow } from '../../tables/accounts.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'

const path = '/settings/sessions'

export async function showLeave({ session, formToken }: UserVisit): Promise<WebAnswer> {
  return {
    kind: 'page',
    title: 'Sign out of Slipway?',
    main: html`<form class="card" method="post" action="/logout">
!${hiddenInputs({ form_token: formToken })}
<p>You are signed in as <strong>${session.account.login}</strong>. Your other browsers stay signed in.</p>
<p class="actions"><button class="go">Sign out</button></p>
</form>`,
  }
}

export async function leave({ app, session }: UserVisit): Promise<WebAnswer> {
  await endSession(app, session)
  return { kind: 'redirect', to: '/login', key: newVisitorKey() }
}

export async function listSessions(visit: UserVisit): Promise<WebAnswer> {
  const sessions = await findSessions(visit.app, visit.session.account)
  const items = sessions.map((session) => sessionItem(session, visit))
  return settingsFrame(visit, path, {
    title: 'Sessions',
    main: html`<div class="heading"><h1>Sessions</h1>!${sessions.length > 1 ? endOthersForm(visit) : ''}</div>
<p>These browsers are signed in as you. Revoke any that you do not know, and <a href="/settings/password">change your password</a>.</p>
<ul class="box">!${items.join('')}</ul>`,
  })
}

/** Ends another session by its number; one's own is left by signing out. */
export async function revokeSession({ app, session, form }: UserVisit): Promise<WebAnswer> {
  const id = /^\d{1,15}$/.test(form['id'] ?? '') ? Number(form['id']) : 0
  await endSession(app, { id, account_id: session.account_id })
  return { kind: 'redirect', to: path }
}

export async function revokeOtherSessions({ app, session }: UserVisit): Promise<WebAnswer> {
  await endOtherSessions(app, session)
  return { kind: 'redirect', to: path }
}

const endOthersForm = ({ formToken }: UserVisit) =>
  html`<form method="post" action="${path}/others">!${hiddenInputs({ form_token: formToken })}<button class="danger">Revoke all others</button></form>`

function sessionItem(session: SessionRow, { app, session: own, formToken }: UserVisit): string {
  const now = app.now()
  const hidden = hiddenInputs({ form_token: formToken, id: String(session.id) })
  const revoke = html`<form method="post" action="${path}">!${hidden}<button class="danger" aria-label="Revoke the session from ${session.address}">Revoke</button></form>`
  return html`<li class="row">
<div><strong>${session.address}</strong>!${session.id === own.id ? html` <span class="label">This browser</span>` : ''}
<div class="muted">!${theirs(session.user_agent || 'A browser without a name')}</div>
<div class="muted">Seen !${ago(session.last_seen_at, now)}${seenFrom(session)}, signed in !${ago(session.created_at, now)}${session.method === 'openid' ? ` with ${app.provider?.settings.name ?? 'OpenID Connect'}` : ''}</div></div>
!${session.id === own.id ? '' : revoke}
</li>`
}

/** Where that is another place than it was started in. */
const seenFrom = ({ address, last_seen_address: seen }: SessionRow) =>
  seen === null || seen === address ? '' : ` from ${seen}`
