import { html } from 'ghtml'
import { moment } from '../elements/when.ts'
import { endSession, findSessions, newVisitorKey } from '../sessions/sessions.ts'
import type { SessionRow } from '../tables/accounts.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'

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
  return {
    kind: 'page',
    title: 'Sessions',
    main: html`<div class="card">
<p>These browsers are signed in as you. Revoke any that you do not know, and change your password.</p>
<ul class="plain">!${sessions.map((session) => sessionItem(session, visit)).join('')}</ul>
</div>`,
  }
}

/** Ends another session by its number; one's own is left by signing out. */
export async function revokeSession({ app, session, form }: UserVisit): Promise<WebAnswer> {
  const id = /^\d{1,15}$/.test(form['id'] ?? '') ? Number(form['id']) : 0
  await endSession(app, { id, account_id: session.account_id })
  return { kind: 'redirect', to: '/settings/sessions' }
}

function sessionItem(session: SessionRow, { session: own, formToken }: UserVisit): string {
  const hidden = hiddenInputs({ form_token: formToken, id: String(session.id) })
  const revoke = html`<form method="post" action="/settings/sessions">!${hidden}<button class="danger" aria-label="Revoke the session from ${session.address}">Revoke</button></form>`
  return html`<li class="row">
<div><strong>${session.address}</strong>!${session.id === own.id ? ' · this browser' : ''}
<div class="muted">${session.user_agent || 'A browser without a name'}</div>
<div class="muted">Seen !${moment(session.last_seen_at)}, since !${moment(session.created_at)}</div></div>
!${session.id === own.id ? '' : revoke}
</li>`
}
