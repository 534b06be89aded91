import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import {
  createOauthApp,
  findOauthAppsOf,
  type NewOauthApp,
} from '../../oauth/oauth-apps/oauth-apps.ts'
import type { OauthAppRow } from '../../tables/programs.ts'
import { answerForm } from '../dashboard/form.ts'
import { findOwner, oauthAppsFrame, oauthAppsPathOf, settingsPathOf } from '../dashboard/owner.ts'
import { theirs } from '../elements/code.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { oauthAppInputs, secretPage, typedApp } from './oauth-app-form.ts'

export async function list(visit: UserVisit): Promise<WebAnswer> {
  const owner = await findOwner(visit)
  const apps = await findOauthAppsOf(visit.app.store.read, owner.id)
  const base = oauthAppsPathOf(visit.params)
  return oauthAppsFrame(visit, owner, {
    title: 'OAuth apps',
    main: html`<div class="heading"><h1>OAuth apps</h1><a class="button go" href="${base}/new">New OAuth app</a></div>
<p>Programs of <strong>${owner.login}</strong> that ask people to act as them, within scopes. One that is to act by itself is a <a href="${settingsPathOf(visit.params)}/apps">GitHub App</a>.</p>
!${apps.length === 0 ? none : html`<ul class="box">!${apps.map((app) => appItem(app, base)).join('')}</ul>`}`,
  })
}

const none = html`<div class="empty"><h2>No OAuth apps yet</h2><p>Register one to let people sign in to your program with Slipway.</p></div>`

const appItem = ({ client_id, name, callback_url }: OauthAppRow, base: string) =>
  html`<li class="row"><div><a href="${base}/${client_id}"><strong>!${theirs(name)}</strong></a>
<div class="muted">Client ID <code>${client_id}</code>, sends people to !${theirs(callback_url)}</div></div></li>`

export const showNew = async (visit: UserVisit): Promise<WebAnswer> =>
  newForm(visit, await findOwner(visit), nothing)

const nothing: NewOauthApp = { name: '', url: '', callback_url: '', device_flow: false }

export async function register(visit: UserVisit): Promise<WebAnswer> {
  const owner = await findOwner(visit)
  const typed = typedApp(visit)
  const act = async () => {
    const { row, secret } = await createOauthApp(visit.app, owner, typed)
    return secretPage(visit, { owner, name: row.name, client_id: row.client_id, secret })
  }
  return await answerForm(act, async (refusal) => newForm(visit, owner, typed, refusal))
}

function newForm(visit: UserVisit, owner: Account, typed: NewOauthApp, refusal?: string): Page {
  const base = oauthAppsPathOf(visit.params)
  return oauthAppsFrame(visit, owner, {
    title: 'Register an OAuth app',
    main: html`<h1>Register an OAuth app</h1>
!${alert(refusal)}
<form method="post" action="${base}">
!${hiddenInputs({ form_token: visit.formToken })}
!${oauthAppInputs(typed)}
<p class="actions"><a class="button" href="${base}">Cancel</a><button class="go">Register</button></p>
</form>`,
  })
}
