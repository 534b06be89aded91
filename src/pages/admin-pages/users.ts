import { randomBytes } from 'node:crypto'
import { html } from 'ghtml'
import { createUser as makeUser } from '../../accounts/accounts.ts'
import { notFound } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { hashPassword } from '../../passwords/passwords.ts'
import { askApi } from '../api-calls/api-calls.ts'
import { requireSiteAdmin } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { person } from '../elements/avatar.ts'
import { theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findPage, type Listed, searchForm } from './account-list.ts'

const path = '/admin/users'
const passwordBytes = 15

export async function listUsers(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  return await usersPage(visit)
}

/** With a password that is shown once: how it reaches its owner is for people to say. */
export async function createUser(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  const { app, form } = visit
  const password = new Secret(randomBytes(passwordBytes).toString('base64url'))
  const act = async () => {
    const { login } = await makeUser(app, {
      login: form['login']?.trim() ?? '',
      email: form['email']?.trim() || null,
      site_admin: form['site_admin'] !== undefined,
      password_hash: await hashPassword(password.reveal()),
    })
    return newUserPage(visit, login, password)
  }
  return await answerForm(act, (refusal) => usersPage(visit, refusal))
}

/** By the words that stand in the address: what the API is asked for. */
const changes = {
  suspend: ['PUT', '/users/:username/suspended'],
  unsuspend: ['DELETE', '/users/:username/suspended'],
  promote: ['PUT', '/users/:username/site_admin'],
  demote: ['DELETE', '/users/:username/site_admin'],
} as const

export async function changeUser(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  const word = visit.params['change'] ?? ''
  if (!isChange(word)) throw notFound()
  const [method, route] = changes[word]
  await askApi(visit, method, route)
  return { kind: 'redirect', to: path }
}

const isChange = (word: string): word is keyof typeof changes => Object.hasOwn(changes, word)

function newUserPage(visit: UserVisit, login: string, password: Secret): Page {
  return settingsFrame(visit, path, {
    title: `${login} may sign in`,
    main: html`<h1>${login} may sign in</h1>
<p class="note warning" role="status">The password is shown this once, and kept nowhere. Ask ${login} to change it under Settings, Password.</p>
<label for="login">Username</label>
<input id="login" readonly value="${login}">
<label for="password">First password</label>
<input id="password" class="sha" readonly value="${password.reveal()}" autocomplete="off" spellcheck="false">
<p>They sign in at <a href="${visit.urls.web}/login">${visit.urls.web}/login</a>.</p>
<p class="actions"><a class="button" href="${path}">Done</a></p>`,
  })
}

async function usersPage(visit: UserVisit, refusal?: string): Promise<Page> {
  const { accounts, links } = await findPage(visit, 'User', path)
  const none = html`<div class="empty"><h2>Nobody is called that</h2></div>`
  return settingsFrame(visit, path, {
    title: 'Users',
    main: html`<h1>Users</h1>
!${alert(refusal)}
!${searchForm(path, visit)}
!${accounts.length === 0 ? none : html`<ul class="box">!${accounts.map((one) => userItem(visit, one)).join('')}</ul>`}!${links}
<h2>New user</h2>
!${newUserForm(visit)}`,
  })
}

const newUserForm = ({ form, formToken }: UserVisit) =>
  html`<form class="card" method="post" action="${path}">!${hiddenInputs({ form_token: formToken })}
<label for="login">Username</label>
<input id="login" name="login" required maxlength="39" value="${form['login'] ?? ''}" autocapitalize="none" spellcheck="false" autocomplete="off">
<label for="email">Email <span class="muted">optional, for the commits they make here</span></label>
<input id="email" name="email" type="email" maxlength="254" value="${form['email'] ?? ''}" autocomplete="off">
<label class="choice"><input type="checkbox" name="site_admin" value="1"!${form['site_admin'] === undefined ? '' : ' checked'}><span>Site administrator <span class="muted">may do what you may here</span></span></label>
<button class="go">Create user</button></form>`

function userItem(visit: UserVisit, one: Listed): string {
  const isOneself = one.id === visit.session.account_id
  const isAdmin = one.site_admin === 1
  const isSuspended = one.suspended_at !== null
  const labels = [
    isAdmin ? html` <span class="label">Site administrator</span>` : '',
    isSuspended ? html` <span class="label">Suspended</span>` : '',
  ]
  const buttons = [
    changeButton(visit, one, isAdmin ? 'demote' : 'promote'),
    changeButton(visit, one, isSuspended ? 'unsuspend' : 'suspend'),
  ]
  return html`<li class="row"><div>!${person(one)}!${labels.join('')}
<div class="muted">!${one.email === null ? '' : html`!${theirs(one.email)}, `}made !${ago(one.created_at, visit.app.now())}</div></div>
!${isOneself ? html`<span class="muted">You</span>` : html`<div class="inline">!${buttons.join('')}</div>`}</li>`
}

const words = {
  suspend: 'Suspend',
  unsuspend: 'Unsuspend',
  promote: 'Make administrator',
  demote: 'Make plain user',
} as const satisfies Record<keyof typeof changes, string>

const changeButton = ({ formToken }: UserVisit, { login }: Listed, word: keyof typeof changes) =>
  html`<form method="post" action="${path}/${encodeURIComponent(login)}/${word}">!${hiddenInputs({ form_token: formToken })}<button!${word === 'suspend' ? ' class="danger"' : ''} aria-label="${words[word]}: ${login}">${words[word]}</button></form>`
