import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { password } from '../oauth/browser.ts'
import { faultsInBothThemes, openChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** What people keep under Settings, in a real browser. */

/** octo, who runs the server and owns acme, with one of everything that these pages show. */
async function openPlace() {
  const server = await startServer()
  const octo = await server.user('octo', { admin: true })
  await server.user('hubot')
  await createOrganization(server.app, 'acme', octo)
  await server.repository('acme', 'shop')
  await answerAdmin(server.app, { kind: 'set_password', login: 'octo', password })
  const app = { name: 'Ship it', url: '', public: true, default_permissions: { contents: 'read' } }
  const making = { kind: 'create_app', owner: 'octo', webhook_secret: null } as const
  await answerAdmin(server.app, { ...making, manifest: app })
  const repositories = ['acme/shop']
  await answerAdmin(server.app, {
    kind: 'install_app',
    app: 'ship-it',
    account: 'acme',
    repositories,
  })
  const gh = await server.octokit('octo', ['admin:org', 'repo'])
  await gh.rest.teams.create({ org: 'acme', name: 'Ops' })
  return server
}

const userOf = (server: TestServer, token: string) =>
  fetch(`${server.apiUrl}/user`, { headers: { authorization: `Bearer ${token}` } })

it('a token is made in the browser, works on the API, and is refused once it is revoked', async () => {
  const server = await openPlace()
  const { page, signIn, complaints } = await openChromium()
  await signIn(server, 'octo')

  await page.goto(`${server.url}/settings/tokens`)
  await page.getByRole('link', { name: 'New classic token' }).click()
  await page.getByLabel('Name').fill('<script>CI</script>')
  await page.getByRole('checkbox', { name: /^repo_deployment/ }).check()
  await page.getByRole('button', { name: 'Create token' }).click()
  const token = await page.getByLabel(/^Token/).inputValue()
  expect(page.url()).not.toContain(token)
  const used = await userOf(server, token)
  expect([used.status, used.headers.get('x-oauth-scopes')]).toEqual([200, 'repo_deployment'])
  expect(await faultsInBothThemes(page)).toEqual([])

  await page.getByRole('link', { name: 'Done, I have copied it' }).click()
  const item = page.getByRole('listitem').filter({ hasText: '<script>CI</script>' })
  await item.getByText('Revoke', { exact: true }).click()
  await item.getByRole('button', { name: 'Revoke this token' }).click()
  await item.waitFor({ state: 'detached' })
  expect((await userOf(server, token)).status).toBe(401)

  expect(await faultsOn(page, server)).toEqual([])
  expect(complaints).toEqual([])
}, 90_000)

const paths = [
  '/settings/tokens',
  '/settings/tokens/new',
  '/settings/personal-access-tokens/new?owner=acme',
  '/settings/sessions',
  '/settings/password',
  '/settings/applications',
  '/settings/developers/new',
  '/settings/apps/register',
  '/settings/apps/ship-it',
  '/settings/installations',
  '/settings/installations/1',
  '/apps/ship-it/installations/new',
  '/settings/organizations',
  '/organizations/acme/people',
  '/organizations/acme/teams',
  '/organizations/acme/teams/ops',
  '/organizations/acme/settings/audit-log',
  '/acme/shop/settings/audit',
  '/admin/users',
  '/admin/organizations',
  '/admin/audit/check',
]

/** On each of these pages, what keeps somebody from using it. */
async function faultsOn(page: Page, server: TestServer): Promise<string[]> {
  const all: string[] = []
  for (const path of paths) {
    const answer = await page.goto(server.url + path)
    const faults = answer?.ok() ? await faultsInBothThemes(page) : ['is not there']
    all.push(...faults.map((fault) => `${path}: ${fault}`))
  }
  return all
}

it('guessing a password is stopped in the browser, and the right one is refused as well', async () => {
  const server = await openPlace()
  const { page } = await openChromium({ javaScript: false })
  const tryWith = async (word: string) => {
    await page.getByLabel('Username').fill('octo')
    await page.getByLabel('Password').fill(word)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return await page.getByRole('alert').innerText()
  }
  await page.goto(`${server.url}/login?return_to=%2Fsettings%2Ftokens`)
  expect(await tryWith('a guess')).toBe('Incorrect username or password.')
  for (let n = 1; n < 10; n += 1) await tryWith(`guess ${n}`)
  expect(await tryWith(password)).toContain('Maximum number of login attempts exceeded.')
  expect(new URL(page.url()).pathname).toBe('/session')
})
