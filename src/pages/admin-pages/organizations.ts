import { html } from 'ghtml'
import { askApi } from '../api-calls/api-calls.ts'
import { requireSiteAdmin } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { person } from '../elements/avatar.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findPage, type Listed, searchForm } from './account-list.ts'

const path = '/admin/organizations'

export async function listOrganizations(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  return await organizationsPage(visit)
}

export async function createOrganization(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  const { login = '', admin = '' } = visit.form
  const act = async () => {
    const body = { login: login.trim(), admin: admin.trim() }
    const absent = `There is no user ${admin}`
    await askApi(visit, 'POST', '/admin/organizations', { body, absent })
    return path
  }
  return await answerForm(act, (refusal) => organizationsPage(visit, refusal))
}

async function organizationsPage(visit: UserVisit, refusal?: string): Promise<Page> {
  const { accounts, links } = await findPage(visit, 'Organization', path)
  const items = accounts.map((one) => organizationItem(visit, one))
  const none = html`<div class="empty"><h2>No organizations</h2></div>`
  return settingsFrame(visit, path, {
    title: 'All organizations',
    main: html`<h1>All organizations</h1>
!${alert(refusal)}
!${searchForm(path, visit)}
!${items.length === 0 ? none : html`<ul class="box">!${items.join('')}</ul>`}!${links}
<h2>New organization</h2>
!${newForm(visit)}`,
  })
}

const organizationItem = ({ app }: UserVisit, one: Listed) =>
  html`<li class="row"><div>!${person(one)}<div class="muted">${one.members_count} member${Number(one.members_count) === 1 ? '' : 's'}, made !${ago(one.created_at, app.now())}</div></div></li>`

const newForm = ({ form, formToken, session }: UserVisit) =>
  html`<form class="card" method="post" action="${path}">!${hiddenInputs({ form_token: formToken })}
<label for="login">Name</label>
<input id="login" name="login" required maxlength="39" value="${form['login'] ?? ''}" autocapitalize="none" spellcheck="false">
<label for="admin">First owner</label>
<input id="admin" name="admin" required maxlength="39" value="${form['admin'] ?? session.account.login}" autocapitalize="none" spellcheck="false">
<button class="go">Create organization</button></form>`
