import { html } from 'ghtml'
import { notFound } from '../../lib/problem.ts'
import {
  changeOauthApp,
  deleteOauthApp,
  findOauthAppsOf,
  type NewOauthApp,
  resetClientSecret,
} from '../../oauth/oauth-apps/oauth-apps.ts'
import type { OauthAppRow } from '../../tables/programs.ts'
import { answerForm, askFirst } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { developersPath, oauthAppInputs, secretPage, typedApp } from './oauth-app-form.ts'

export async function showOne(visit: UserVisit): Promise<WebAnswer> {
  const row = await findOwn(visit)
  return appPage(visit, row, { ...row, device_flow: row.device_flow === 1 })
}

/** Throws `not_found`, also for somebody else's. */
async function findOwn({ app, session, params }: UserVisit): Promise<OauthAppRow> {
  const apps = await findOauthAppsOf(app.store.read, session.account_id)
  const row = apps.find(({ client_id }) => client_id === params['client_id'])
  if (!row) throw notFound()
  return row
}

export async function change(visit: UserVisit): Promise<WebAnswer> {
  const row = await findOwn(visit)
  const typed = typedApp(visit)
  const act = async () => {
    await changeOauthApp(visit.app, row, typed)
    return developersPath
  }
  return await answerForm(act, async (refusal) => appPage(visit, row, typed, refusal))
}

export async function replaceSecret(visit: UserVisit): Promise<WebAnswer> {
  const { name, client_id } = await findOwn(visit)
  const secret = await resetClientSecret(visit.app, client_id)
  return secretPage(visit, { name, client_id, secret })
}

export async function remove(visit: UserVisit): Promise<WebAnswer> {
  const { client_id } = await findOwn(visit)
  await deleteOauthApp(visit.app, client_id)
  return { kind: 'redirect', to: developersPath }
}

function appPage(visit: UserVisit, row: OauthAppRow, typed: NewOauthApp, refusal?: string): Page {
  const action = `${developersPath}/${row.client_id}`
  const fields = { form_token: visit.formToken }
  const replacing = askFirst({
    ask: 'New secret',
    says: 'The secret that the program has now is worth nothing from then on.',
    confirm: 'Make a new secret',
    action: `${action}/secret`,
    fields,
  })
  const removing = askFirst({
    ask: 'Delete',
    says: 'Nobody can sign in by it any more, and every token it has is revoked.',
    confirm: 'Delete this OAuth app',
    action: `${action}/delete`,
    fields,
  })
  return settingsFrame(visit, developersPath, {
    title: row.name,
    main: html`<h1><bdi>${row.name}</bdi></h1>
<ul class="box"><li class="row"><span>Client ID <code>${row.client_id}</code></span></li>
<li class="row"><span>Client secret <span class="muted">known to the program alone</span></span>!${replacing}</li></ul>
!${alert(refusal)}
<form method="post" action="${action}">!${hiddenInputs(fields)}
!${oauthAppInputs(typed)}
<p class="actions"><button class="go">Save</button></p></form>
<h2>Danger zone</h2>
<ul class="box"><li class="row"><span>Delete this OAuth app</span>!${removing}</li></ul>`,
  })
}
