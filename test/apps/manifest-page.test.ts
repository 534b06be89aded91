import { Octokit } from '@octokit/rest'
import { expect, it } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { type Browser, openBrowser, openPlace } from '../oauth/browser.ts'
import type { TestServer } from '../support/server.ts'

/** A program brings its manifest, and a person agrees (GitHub: "Registering a GitHub App from a manifest"). */

const manifest = {
  name: 'My Deployer',
  url: 'https://deployer.example.com',
  hook_attributes: { url: 'https://deployer.example.com/hook' },
  redirect_url: 'https://deployer.example.com/registered?from=here',
  default_events: ['deployment'],
  default_permissions: { deployments: 'write', contents: 'read' },
}

/** As a program's own site posts it: from elsewhere, so without the cookie. */
async function bring(
  server: TestServer,
  browser: Browser,
  path: string,
  brought: object = manifest,
) {
  const outside = openBrowser(server)
  const { status, to = '' } = await outside.post(path, { manifest: JSON.stringify(brought) })
  expect(status).toBe(302)
  return await browser.get(to)
}

async function signedIn(server: TestServer) {
  const octo = openBrowser(server)
  await octo.signIn()
  return octo
}

it('an App is shown before it is agreed to, and registers itself with what it is sent', async () => {
  const server = await openPlace()
  const octo = await signedIn(server)
  const page = await bring(server, octo, '/settings/apps/new?state=abc')
  for (const text of ['My Deployer', 'octo', 'https://deployer.example.com/hook', 'deployment'])
    expect(page.text).toContain(text)
  expect(page.text).toContain('<strong>Read</strong> code, branches and tags')
  const { to = '' } = await octo.submit(page, '/settings/apps', { name: 'Deployer 2' })
  const back = new URL(to)
  expect([back.origin, back.pathname]).toEqual(['https://deployer.example.com', '/registered'])
  const { code = '', ...rest } = Object.fromEntries(back.searchParams)
  expect(rest).toEqual({ from: 'here', state: 'abc' })
  const { apps } = new Octokit({ baseUrl: server.apiUrl })
  const { data } = await apps.createFromManifest({ code })
  expect(data).toMatchObject({ slug: 'deployer-2', owner: { login: 'octo' } })
})

it('whoever is not signed in signs in first, and comes back to it', async () => {
  const server = await openPlace()
  const octo = openBrowser(server)
  const { to = '' } = await bring(server, octo, '/settings/apps/new?state=abc')
  const login = await octo.get(to)
  const typed = { login: 'octo', password: 'correct horse battery' }
  const { to: onward = '' } = await octo.submit(login, '/session', typed)
  expect((await octo.get(onward)).text).toContain('My Deployer')
})

it("an organization's are registered by who administrates it", async () => {
  const server = await openPlace()
  const mona = await server.user('mona')
  await createOrganization(server.app, 'acme', await findAccount(server.app.store.read, 'octo'))
  await createOrganization(server.app, 'rivals', mona)
  const octo = await signedIn(server)
  const page = await bring(server, octo, '/organizations/acme/settings/apps/new')
  const { redirect_url: _, ...stay } = manifest
  const here = await bring(server, octo, '/organizations/acme/settings/apps/new', stay)
  expect(page.text).toContain('belong to <strong>acme</strong>')
  const { text } = await octo.submit(here, '/organizations/acme/settings/apps', { name: 'Stays' })
  const [, code = ''] = /app-manifests\/([\da-f]{40})\/conversions/.exec(text) ?? []
  expect(text).toContain(`curl -X POST ${server.apiUrl}/app-manifests/${code}/conversions`)
  const { apps } = new Octokit({ baseUrl: server.apiUrl })
  expect((await apps.createFromManifest({ code })).data).toMatchObject({ owner: { login: 'acme' } })
  const stray = await bring(server, octo, '/organizations/rivals/settings/apps/new')
  expect(stray.status).toBe(404)
})

it('a name that is missing, or taken, is asked for on the page', async () => {
  const server = await openPlace()
  const octo = await signedIn(server)
  const { apps } = new Octokit({ baseUrl: server.apiUrl })
  const { name: _, ...nameless } = manifest
  const page = await bring(server, octo, '/settings/apps/new?state=abc', nameless)
  expect([page.status, page.text.includes('role="alert"')]).toEqual([200, false])
  const { to = '' } = await octo.submit(page, '/settings/apps', { name: 'My Deployer' })
  const code = new URL(to).searchParams.get('code') ?? ''
  expect((await apps.createFromManifest({ code })).data).toMatchObject({ slug: 'my-deployer' })

  const again = await bring(server, octo, '/settings/apps/new?state=abc')
  expect(again.text).toContain('The name My Deployer has already been taken')
  const still = await octo.submit(again, '/settings/apps', { name: 'my deployer' })
  expect([still.status, still.text]).toEqual([422, expect.stringContaining('has already been')])
  const back = new URL((await octo.submit(still, '/settings/apps', { name: 'Other' })).to ?? '')
  expect(back.searchParams.get('state')).toBe('abc')
})

it('whoever installs it comes back to its setup, with the state that they brought', async () => {
  const server = await openPlace()
  const octo = await signedIn(server)
  const setup_url = 'https://deployer.example.com/setup?from=here'
  const page = await bring(server, octo, '/settings/apps/new', { ...manifest, setup_url })
  const { to = '' } = await octo.submit(page, '/settings/apps')
  const { apps } = new Octokit({ baseUrl: server.apiUrl })
  await apps.createFromManifest({ code: new URL(to).searchParams.get('code') ?? '' })
  const path = '/apps/my-deployer/installations'
  const form = await octo.get(`${path}/new?state=x%26y`)
  const installed = await octo.submit(form, path, { selection: 'all' })
  const back = new URL(installed.to ?? '')
  const told = { from: 'here', installation_id: '1', setup_action: 'install', state: 'x&y' }
  expect([back.pathname, Object.fromEntries(back.searchParams)]).toEqual(['/setup', told])
})

it('what cannot be an App is told so', async () => {
  const server = await openPlace()
  const octo = await signedIn(server)
  const said = async (brought: object) =>
    (await bring(server, octo, '/settings/apps/new', brought)).text
  expect(await said({ ...manifest, name: 7 })).toContain('This is no manifest of an App. name:')
  expect(await said({ ...manifest, default_permissions: { rockets: 'read' } })).toContain('rockets')
  const inside = { url: 'http://127.0.0.1/hook' }
  expect(await said({ ...manifest, hook_attributes: inside })).toContain('Hooks may not be sent to')
  expect((await octo.get('/settings/apps/new')).text).toContain('<textarea')
  const large = { manifest: 'x'.repeat(9000) }
  expect((await octo.post('/settings/apps/new', large)).status).toBe(413)
  const forged = await octo.post('/settings/apps', { manifest: 'e30' })
  expect(forged.status).toBe(403)
})
