import { html } from 'ghtml'
import { findOrganizations } from '../../organizations/organizations.ts'
import type { RowOf } from '../../store/query.ts'
import { askApi } from '../api-calls/api-calls.ts'
import { answerForm, askFirst } from '../dashboard/form.ts'
import { organizationFrame } from '../dashboard/owner.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { person } from '../elements/avatar.ts'
import { theirs } from '../elements/code.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { peopleOf } from './queries.ts'
import { findStanding, type Standing } from './standing.ts'

const membership = '/orgs/:org/memberships/:username'

export async function listOrganizations(visit: UserVisit): Promise<WebAnswer> {
  const joined = await findOrganizations(visit.app.store.read, visit.session.account)
  const items = joined.map(
    (one) =>
      html`<li class="row"><a href="/organizations/${one.login}/people">!${person(one)}</a><span class="label">!${roleWord(one.role)}</span></li>`,
  )
  const none = html`<div class="empty"><h2>You are in no organization</h2><p>Site administrators make organizations; their owners let people in.</p></div>`
  return settingsFrame(visit, '/settings/organizations', {
    title: 'Organizations',
    main: html`<h1>Organizations</h1>!${items.length === 0 ? none : html`<ul class="box">!${items.join('')}</ul>`}`,
  })
}

export const showPeople = async (visit: UserVisit): Promise<WebAnswer> =>
  await peoplePage(visit, await findStanding(visit))

/** At once: nobody has to accept. */
export async function addMember(visit: UserVisit): Promise<WebAnswer> {
  const standing = await findStanding(visit)
  const { login = '', role } = visit.form
  const params = { ...visit.params, username: login.trim() }
  const act = async () => {
    const absent = `There is no user ${login}`
    await askApi(visit, 'PUT', membership, { params, body: { role }, absent })
    return `${standing.base}/people`
  }
  return await answerForm(act, (refusal) => peoplePage(visit, standing, refusal))
}

export async function removeMember(visit: UserVisit): Promise<WebAnswer> {
  const standing = await findStanding(visit)
  const act = async () => {
    await askApi(visit, 'DELETE', membership)
    return `${standing.base}/people`
  }
  return await answerForm(act, (refusal) => peoplePage(visit, standing, refusal))
}

async function peoplePage(visit: UserVisit, standing: Standing, refusal?: string): Promise<Page> {
  const { organization, isOwner, base } = standing
  const people = await visit.app.store.read.all(peopleOf, { organization_id: organization.id })
  const items = people.map((one) => personItem(visit, standing, one))
  return organizationFrame({ login: organization.login, isOwner }, 'people', {
    title: 'People',
    main: html`<div class="heading"><h1>People <span class="count">${people.length}</span></h1></div>
!${alert(refusal)}
!${isOwner ? addForm(visit, base) : ''}
<ul class="box">!${items.join('')}</ul>`,
  })
}

const addForm = ({ form, formToken }: UserVisit, base: string) =>
  html`<form class="card" method="post" action="${base}/people">!${hiddenInputs({ form_token: formToken })}
<label for="login">Add somebody, or change what they are</label>
<div class="inline"><input id="login" name="login" required maxlength="39" value="${form['login'] ?? ''}" placeholder="Username" autocapitalize="none" spellcheck="false">
<select name="role" aria-label="Role"><option value="member">Member</option><option value="admin">Owner</option></select><button class="go">Add</button></div></form>`

const roleWord = (role: 'admin' | 'member') => (role === 'admin' ? 'Owner' : 'Member')

function personItem(visit: UserVisit, { base, isOwner }: Standing, one: RowOf<typeof peopleOf>) {
  const removing = askFirst({
    ask: 'Remove',
    says: html`<strong>${one.login}</strong> leaves every team, and sees no more of what is private here.`,
    confirm: `Remove ${one.login}`,
    action: `${base}/people/${encodeURIComponent(one.login)}/remove`,
    fields: { form_token: visit.formToken },
  })
  const isOneself = one.id === visit.session.account_id
  return html`<li class="row"><span>!${person(one)}!${one.name === null ? '' : html` <span class="muted">!${theirs(one.name)}</span>`}</span>
<span class="label">!${roleWord(one.role)}</span>!${isOwner && !isOneself ? removing : ''}</li>`
}
