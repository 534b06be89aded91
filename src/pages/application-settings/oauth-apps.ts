import { html } from 'ghtml'
import {
  createOauthApp,
  findOauthAppsOf,
  type NewOauthApp,
} from '../../oauth/oauth-apps/oauth-apps.ts'
import type { OauthAppRow } from '../../tables/programs.ts'
import { answerForm } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { theirs } from '../elements/code.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { developersPath, oauthAppInputs, secretPage, typedApp } from './oauth-app-form.ts'

export async function list(visit: UserVisit): Promise<WebAnswer> {
  const apps = await findOauthAppsOf(visit.app.store.read, visit.session.account_id)
  return settingsFrame(visit, developersPath, {
    title: 'OAuth apps',
    main: html`<div class="heading"><h1>OAuth apps</h1><a class="button go" href="${developersPath}/new">New OAuth app</a></div>
<p>Programs of yours that ask people to act as them, within scopes. One that is to act by itself is a <a href="/settings/apps">GitHub App</a>.</p>
!${apps.length === 0 ? none : html`<ul class="box">!${apps.map(appItem).join('')}</ul>`}`,
  })
}

const none = html`<div class="empty"><h2>No OAuth apps yet</h2><p>Register one to let people sign in to your program with Slipway.</p></div>`

const appItem = ({ client_id, name, callback_url }: OauthAppRow) =>
  html`<li class="row"><div><a href="${developersPath}/${client_id}"><strong>!${theirs(name)}</strong></a>
<div class="muted">Client ID <code>${client_id}</code>, sends people to !${theirs(callback_url)}</div></div></li>`

export const showNew = async (visit: UserVisit): Promise<WebAnswer> => newForm(visit, nothing)

const nothing: NewOauthApp = { name: '', url: '', callback_url: '', device_flow: false }

export async function register(visit: UserVisit): Promise<WebAnswer> {
  const { app, session } = visit
  const typed = typedApp(visit)
  const act = async () => {
    const { row, secret } = await createOauthApp(app, session.account, typed)
    return secretPage(visit, { name: row.name, client_id: row.client_id, secret })
  }
  return await answerForm(act, async (refusal) => newForm(visit, typed, refusal))
}

function newForm(visit: UserVisit, typed: NewOauthApp, refusal?: string): Page {
  return settingsFrame(visit, developersPath, {
    title: 'Register an OAuth app',
    main: html`<h1>Register an OAuth app</h1>
!${alert(refusal)}
<form method="post" action="${developersPath}">
!${hiddenInputs({ form_token: visit.formToken })}
!${oauthAppInputs(typed)}
<p class="actions"><a class="button" href="${developersPath}">Cancel</a><button class="go">Register</button></p>
</form>`,
  })
}
