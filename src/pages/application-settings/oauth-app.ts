import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
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
import { findOwner, oauthAppsFrame, oauthAppsPathOf } from '../dashboard/owner.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { oauthAppInputs, secretPage, typedApp } from './oauth-app-form.ts'

export async function showOne(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  return appPage(visit, own, { ...own.row, device_flow: own.row.device_flow === 1 })
}

type Own = { readonly owner: Account; readonly row: OauthAppRow }

/** Throws `not_found`, also for somebody else's. */
async function findOwn(visit: UserVisit): Promise<Own> {
  const owner = await findOwner(visit)
  const apps = await findOauthAppsOf(visit.app.store.read, owner.id)
  const row = apps.find(({ client_id }) => client_id === visit.params['client_id'])
  if (!row) throw notFound()
  return { owner, row }
}

export async function change(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  const typed = typedApp(visit)
  const act = async () => {
    await changeOauthApp(visit.app, own.row, typed)
    return oauthAppsPathOf(visit.params)
  }
  return await answerForm(act, async (refusal) => appPage(visit, own, typed, refusal))
}

export async function replaceSecret(visit: UserVisit): Promise<WebAnswer> {
  const { owner, row } = await findOwn(visit)
  const { name, client_id } = row
  const secret = await resetClientSecret(visit.app, client_id)
  return secretPage(visit, { owner, name, client_id, secret })
}

export async function remove(visit: UserVisit): Promise<WebAnswer> {
  const { row } = await findOwn(visit)
  await deleteOauthApp(visit.app, row.client_id)
  return { kind: 'redirect', to: oauthAppsPathOf(visit.params) }
}

function appPage(
  visit: UserVisit,
  { owner, row }: Own,
  typed: NewOauthApp,
  refusal?: string,
): Page {
  const action = `${oauthAppsPathOf(visit.params)}/${row.client_id}`
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
  return oauthAppsFrame(visit, owner, {
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
