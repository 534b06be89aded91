import { expect, it, vi } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { issueFor, recordGrant } from '../../src/oauth/grants/grants.ts'
import { findClient } from '../../src/oauth/oauth-apps/oauth-apps.ts'
import { type Browser, openBrowser, openPlace, password, type Seen } from '../oauth/browser.ts'
import type { TestServer } from '../support/server.ts'

/** What people keep under Settings, by forms alone: without JavaScript. */

async function signedIn(server: TestServer, login = 'octo', word = password): Promise<Browser> {
  const browser = openBrowser(server)
  await browser.signIn(login, word)
  return browser
}

/** Fills in the form of a page that posts to this path. */
async function fillIn(browser: Browser, page: string, action: string, typed = {}): Promise<Seen> {
  return await browser.submit(await browser.get(page), action, typed)
}

const shownIn = ({ text }: Seen, id: string): string =>
  new RegExp(`id="${id}"[^>]* value="([^"]*)"`).exec(text)?.[1] ?? ''

const statusWith = async ({ apiUrl }: TestServer, token: string, path: string, body?: object) => {
  const headers = { authorization: `Bearer ${token}` }
  const init = body ? { method: 'POST', body: JSON.stringify(body), headers } : { headers }
  return (await fetch(apiUrl + path, init)).status
}

it('a password is changed by whoever knows the old one, and ends every other session', async () => {
  const server = await openPlace()
  const [here, there, further] = [
    await signedIn(server),
    await signedIn(server),
    await signedIn(server),
  ]
  await fillIn(further, '/settings/sessions', '/settings/sessions/others')
  expect((await there.get('/settings/sessions')).to).toMatch(/^\/login/)
  const again = await signedIn(server)

  const path = '/settings/password'
  const fresh = { new: 'another battery', again: 'another battery' }
  const wrong = await fillIn(further, path, path, { old: 'a guess', ...fresh })
  expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('old password is not')])
  const short = await fillIn(further, path, path, { old: password, new: 'short', again: 'short' })
  expect(short.text).toContain('A password has 8 to 1024 characters')
  const differs = await fillIn(further, path, path, { old: password, new: 'one', again: 'two' })
  expect(differs.text).toContain('not typed the same twice')
  const changed = await fillIn(further, path, path, { old: password, ...fresh })
  expect(changed.to).toBe('/settings/password?changed')
  expect((await further.get('/settings/sessions')).status).toBe(200)
  for (const other of [here, again]) {
    expect((await other.get('/settings/sessions')).to).toMatch(/^\/login/)
  }
})

it('a fine-grained token is for the repositories and permissions that were chosen', async () => {
  const server = await openPlace()
  const [shop, other] = [
    await server.repository('octo', 'shop', { private: true }),
    await server.repository('octo', 'other', { private: true }),
  ]
  await server.user('hubot')
  const foreign = await server.repository('hubot', 'secret', { private: true })
  const octo = await signedIn(server)
  const [page, path] = ['/settings/personal-access-tokens/new', '/settings/personal-access-tokens']
  expect((await octo.get(`${page}?owner=hubot`)).status).toBe(404)
  const chosen = { note: 'CI', lifetime: '30', selection: 'selected', permission_contents: 'read' }
  const stray = await fillIn(octo, page, path, { ...chosen, repository: String(foreign.id) })
  expect([stray.status, stray.text]).toEqual([
    422,
    expect.stringContaining('There is no repository'),
  ])
  expect(shownIn(stray, 'note')).toBe('CI')
  const none = await fillIn(octo, page, path, chosen)
  expect(none.text).toContain('contents is about repositories: choose some, or all')

  const made = await fillIn(octo, page, path, { ...chosen, repository: String(shop.id) })
  const token = shownIn(made, 'token')
  expect(await statusWith(server, token, `/repos/octo/${shop.name}`)).toBe(200)
  expect(await statusWith(server, token, `/repos/octo/${other.name}`)).toBe(404)
  const list = await vi.waitFor(async () => {
    const list = await octo.get('/settings/tokens')
    expect(list.text).toContain('from 127.0.0.1, over the API')
    return list
  })
  expect(list.text).toContain('<bdi>octo</bdi>: <bdi>shop</bdi>')
  expect(list.text).not.toContain(token)
  const hubots = await server.token('hubot', [])
  expect(await statusWith(server, hubots, '/user')).toBe(200)
  expect((await octo.submit(list, '/settings/tokens/1/revoke')).to).toBe('/settings/tokens')
  expect(await statusWith(server, token, '/user')).toBe(401)
  const { form_token = '' } = {
    form_token: /name="form_token" value="([^"]+)"/.exec(list.text)?.[1],
  }
  expect((await octo.post('/settings/tokens/2/revoke', { form_token })).status).toBe(404)
})

it('programs are registered, let in, and shown out', async () => {
  const server = await openPlace()
  await server.user('hubot')
  await answerAdmin(server.app, { kind: 'set_password', login: 'hubot', password })
  const [octo, hubot] = [await signedIn(server), await signedIn(server, 'hubot')]
  const path = '/settings/developers'
  const board = {
    name: 'Board <b>',
    url: 'https://board.example.com',
    callback_url: 'javascript:1',
  }
  const refused = await fillIn(octo, `${path}/new`, path, board)
  expect([refused.status, refused.text]).toEqual([
    422,
    expect.stringContaining('cannot be a callback'),
  ])
  const callback_url = 'https://board.example.com/callback'
  const made = await fillIn(octo, `${path}/new`, path, { ...board, callback_url })
  const [clientId, secret] = [shownIn(made, 'client-id'), shownIn(made, 'secret')]
  const one = `${path}/${clientId}`
  expect((await octo.get(one)).text).not.toContain(secret)
  expect((await hubot.get(one)).status).toBe(404)
  await createOrganization(server.app, 'acme', await findAccount(server.app.store.read, 'octo'))
  const shared = '/organizations/acme/settings/applications'
  const ours = await fillIn(octo, `${shared}/new`, shared, { ...board, callback_url })
  expect((await octo.get(shared)).text).toContain(`${shared}/${shownIn(ours, 'client-id')}`)
  expect((await octo.get(path)).text).not.toContain(shownIn(ours, 'client-id'))
  expect((await hubot.get(shared)).status).toBe(404)
  const renewed = await fillIn(octo, one, `${one}/secret`)
  expect(shownIn(renewed, 'secret')).toMatch(/^[\da-f]{40}$/)
  await fillIn(octo, one, one, { ...board, name: 'Wall', callback_url })

  const client = await findClient(server.app.store.read, clientId)
  if (!client) throw new Error('The OAuth app is not there')
  const grant = { account_id: 1, client, scopes: ['repo_deployment'] }
  const { token } = await server.app.store.transaction(async (tx) => {
    await recordGrant(server.app, tx, grant)
    return await issueFor(server.app, tx, grant)
  })
  const authorized = await octo.get('/settings/applications')
  expect(authorized.text).toContain('<bdi>Wall</bdi>')
  expect(authorized.text).toContain('it can neither read nor change it')
  await octo.submit(authorized, `/settings/applications/${clientId}/revoke`)
  expect(await statusWith(server, token.reveal(), '/user')).toBe(401)
  await fillIn(octo, one, `${one}/delete`)
  expect((await octo.get(one)).status).toBe(404)
})

it('a GitHub App is registered by hand, installed where it may be, and uninstalled', async () => {
  const server = await openPlace()
  for (const name of ['shop', 'billing']) await server.repository('octo', name)
  const octo = await signedIn(server)
  const register = '/settings/apps/register'
  const asked = { name: 'Ship it', permission_deployments: 'write', event: 'deployment' }
  const made = await fillIn(octo, register, register, asked)
  expect(made.text).toContain('-----BEGIN RSA PRIVATE KEY-----')
  expect(made.text).toContain('download="ship-it.private-key.pem"')
  const taken = await fillIn(octo, register, register, asked)
  expect(taken.text).toContain('The name Ship it has already been taken')

  const page = '/settings/apps/ship-it'
  const last = await fillIn(octo, page, `${page}/keys/1/delete`)
  expect([last.status, last.text]).toEqual([422, expect.stringContaining('make another first')])
  expect((await fillIn(octo, page, `${page}/keys`)).text).toContain('BEGIN RSA PRIVATE KEY')
  expect((await fillIn(octo, page, `${page}/keys/1/delete`)).to).toBe(page)
  const hook = { url: 'https://deployer.example.com/hook', secret: 'shh' }
  expect((await fillIn(octo, page, `${page}/hook`, hook)).to).toBe(page)
  expect((await octo.get(page)).text).toContain(hook.url)

  const [install, installations] = ['/apps/ship-it/installations', '/settings/installations']
  const nothing = await fillIn(octo, `${install}/new`, install, { selection: 'selected' })
  expect(nothing.status).toBe(422)
  const chosen = { selection: 'selected', repository: '1' }
  expect((await octo.get('/apps/ship-it')).to).toBe(`${install}/new`)
  const installed = await fillIn(octo, `${install}/new`, install, chosen)
  expect(installed.to).toBe(`${installations}/1`)
  const isChosen = async (id: number) =>
    (await octo.get(`${installations}/1`)).text.includes(`value="${id}" checked`)
  expect([await isChosen(1), await isChosen(2)]).toEqual([true, false])
  expect((await octo.get('/organizations/acme/settings/installations/1')).to).toBe(
    `${installations}/1`,
  )
  const change = (typed: object) => fillIn(octo, `${installations}/1`, `${installations}/1`, typed)
  await change({ selection: 'selected', repository: '2' })
  expect([await isChosen(1), await isChosen(2)]).toEqual([false, true])
  await change({ selection: 'all' })
  expect((await octo.get(installations)).text).toContain('All repositories')
  await anAppChanges(octo)
  await fillIn(octo, `${installations}/1`, `${installations}/1/delete`)
  expect((await octo.get(`${installations}/1`)).status).toBe(404)

  const renamed = '/settings/apps/ship-it-all'
  const drop = (name: string) => fillIn(octo, renamed, `${renamed}/delete`, { name })
  const kept = await drop('Ship it')
  expect([kept.status, kept.text]).toEqual([422, expect.stringContaining('It was not deleted')])
  expect((await drop('Ship it all')).to).toBe('/settings/apps')
  expect((await octo.get(renamed)).status).toBe(404)
  const again = await fillIn(octo, register, register, { ...asked, name: 'Ship it all' })
  expect(again.text).toContain('-----BEGIN RSA PRIVATE KEY-----')
})

/** What it asks for beside what it has waits to be accepted; what it asks for no more is gone at once. */
async function anAppChanges(octo: Awaited<ReturnType<typeof signedIn>>) {
  const edit = '/settings/apps/ship-it/edit'
  expect((await octo.get(edit)).text).toContain('<option value="write" selected>')
  const more = { name: 'Ship it all', permission_deployments: 'read', permission_contents: 'write' }
  const page = '/settings/apps/ship-it-all'
  expect((await fillIn(octo, edit, edit, { ...more, event: 'push' })).to).toBe(page)
  expect((await octo.get(page)).text).toContain('1 has yet to accept other permissions')
  const installation = '/settings/installations/1'
  const granted = async () => (await octo.get(installation)).text.split('It is able to')[1] ?? ''
  expect(await granted()).toContain('<strong>Read</strong> deployments')
  expect(await granted()).not.toContain('code, branches')
  await fillIn(octo, installation, `${installation}/permissions`)
  expect(await granted()).toContain('<strong>Read and write</strong> code, branches')
}

it('site administrators let people in, owners let them into organizations, and all of it is written down', async () => {
  const server = await openPlace()
  const root = await server.user('root', { admin: true })
  await answerAdmin(server.app, { kind: 'set_password', login: 'root', password })
  await createOrganization(server.app, 'acme', root)
  await server.repository('acme', 'shop')
  const [admin, octo] = [await signedIn(server, 'root'), await signedIn(server)]
  for (const path of [
    '/admin/users',
    '/admin/organizations',
    '/admin/audit',
    '/organizations/acme/people',
  ]) {
    expect((await octo.get(path)).status, path).toBe(404)
  }
  const made = await fillIn(admin, '/admin/users', '/admin/users', { login: 'monalisa' })
  const mona = await signedIn(server, 'monalisa', shownIn(made, 'password'))
  expect((await mona.get('/settings/tokens')).status).toBe(200)
  await fillIn(admin, '/admin/users', '/admin/users/monalisa/suspend')
  expect((await mona.get('/settings/tokens')).to).toMatch(/^\/login/)
  expect((await mona.signIn('monalisa', shownIn(made, 'password'))).text).toContain('suspended')
  await fillIn(admin, '/admin/users', '/admin/users/monalisa/unsuspend')
  await fillIn(admin, '/admin/organizations', '/admin/organizations', {
    login: 'umbrella',
    admin: 'octo',
  })
  expect((await octo.get('/settings/organizations')).text).toContain('umbrella')

  const people = '/organizations/acme/people'
  await fillIn(admin, people, people, { login: 'octo', role: 'member' })
  const own = await fillIn(admin, people, people, { login: 'root', role: 'member' })
  expect([own.status, own.text]).toEqual([403, expect.stringContaining('keeps at least one owner')])
  const team = '/organizations/acme/teams/core-ops'
  await fillIn(octo, '/organizations/acme/teams', '/organizations/acme/teams', { name: 'Core Ops' })
  await fillIn(admin, team, `${team}/members`, { login: 'octo', role: 'member' })
  await fillIn(admin, team, `${team}/repositories`, { name: 'shop', permission: 'push' })
  expect((await octo.get(team)).text).toContain('<span class="label">push</span>')
  const absent = await fillIn(admin, team, `${team}/members`, { login: 'nobody' })
  expect([absent.status, absent.text]).toEqual([422, expect.stringContaining('no user nobody')])
  await fillIn(admin, team, `${team}/repositories/shop/remove`)
  expect((await octo.get(team)).text).toContain('It was given none yet.')

  const log = '/organizations/acme/settings/audit-log'
  const found = await admin.get(`${log}?q=action:team.create`)
  expect(found.text).toContain('<code>team.create</code>')
  expect(found.text).not.toContain('organization.add_member')
  const unknown = await admin.get(`${log}?q=colour:red`)
  expect([unknown.status, unknown.text]).toEqual([422, expect.stringContaining('colour:red')])
  expect((await octo.get(log)).status).toBe(404)
  const file = await admin.get('/admin/audit?format=jsonl&q=actor:octo')
  const lines = file.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(new Set(lines.map(({ actor }) => actor.login))).toEqual(new Set(['octo']))
  expect((await admin.get('/acme/shop/settings/audit')).text).toContain('team.add_repository')
  expect((await admin.get('/admin/audit/check')).status).toBe(200)
})
