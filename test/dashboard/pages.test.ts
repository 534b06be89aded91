import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { findPlace, type Shown, shownOf } from '../../scripts/screenshots/table.ts'
import { organization } from '../../scripts/seed/catalogue.ts'
import { seed } from '../../scripts/seed.ts'
import { findAccount } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { pages } from '../../src/pages/pages.ts'
import { assets } from '../../src/pages/web/assets.ts'
import { findSession, startSession } from '../../src/sessions/sessions.ts'
import { faultsInBothThemes, openChromium } from '../support/chromium.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { countQueries } from './query-count.ts'

const deployments = 60

/** A team's server with something on every page, and the addresses of all of them. */
async function openPlace() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await seed(server, deployments)
  const program = await answerAdmin(server.app, {
    ...{ kind: 'create_oauth_app', name: 'Deploy board', owner: 'octo', url: null },
    ...{ callback_url: 'https://board.example.com/callback', device_flow: true },
  })
  const place = await findPlace(server.app.store, String('output' in program && program.output[0]))
  await beNasty(server)
  const all = shownOf(pages, place).filter(({ isAnonymous }) => !isAnonymous)
  // Of pages that look different at times the first will do.
  const shown = all.filter(({ path }, at) => all.findIndex((one) => one.path === path) === at)
  return { server, shown }
}

/** What somebody may write who wishes pages ill. */
async function beNasty(server: TestServer): Promise<void> {
  const octokit = await server.octokit('octo')
  for (const environment of ['<script>alert(1)</script>\u202eevil', 'x'.repeat(255)]) {
    await octokit.repos.createDeployment({
      ...{ owner: organization, repo: 'storefront', ref: 'main', required_contexts: [] },
      ...{ environment, task: environment, description: '"><img src=x onerror=alert(1)>' },
    })
  }
}

it('has a name for every page', () => {
  expect(shownOf(pages, {}).map(({ name }) => name)).toContain('grid')
})

it('has pages that everybody can use: in both themes, on a small screen, with and without JavaScript', {
  timeout: 300_000,
}, async () => {
  const { server, shown } = await openPlace()
  const browser = await openChromium()
  await browser.signIn(server, 'octo')
  const faults = []
  for (const { address } of shown) {
    faults.push(...(await faultsAt(browser.page, server.url + address)))
  }
  expect(faults).toEqual([])
  const missing = (text: string) => text.includes('404 (Not Found)')
  expect(browser.complaints.filter((text) => !missing(text))).toEqual([])
  const plain = await browser.browser.newContext({ javaScriptEnabled: false })
  await plain.addCookies(await browser.context.cookies())
  const page = await plain.newPage()
  for (const { address } of shown) {
    await page.goto(server.url + address)
    expect(await page.locator('h1').count(), address).toBe(1)
    expect(scriptBytesIn(await page.content()), address).toBeLessThanOrEqual(20 * 1024)
  }
})

/** All that a page loads, as it is sent. */
function scriptBytesIn(html: string): number {
  const paths = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(([, path]) => path)
  const loaded = Object.values(assets).filter(({ path }) => paths.includes(path))
  expect(loaded.length).toBe(paths.length)
  return loaded.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0)
}

async function faultsAt(page: Page, address: string): Promise<string[]> {
  await page.goto(address)
  const faults = await faultsInBothThemes(page)
  return faults.map((fault) => `${new URL(address).pathname}: ${fault}`)
}

it('asks the database as often, however much there is', { timeout: 60_000 }, async () => {
  const { server, shown } = await openPlace()
  const { app } = server
  const session = await signIn(server)
  const counts = () => Promise.all(countable(shown).map((at) => countQueries(app, session, at)))
  const few = await counts()
  await multiply(server)
  expect(await counts()).toEqual(few)
})

const countable = (shown: readonly Shown[]) =>
  shown.flatMap(({ path, address }) => {
    const route = pages.find((one) => one.method === 'GET' && one.path === path)
    return route?.for === 'user' ? [{ route, address }] : []
  })

async function signIn({ app }: TestServer) {
  const account = await findAccount(app.store.read, 'octo')
  const key = await startSession(app, account, { address: '127.0.0.1', user_agent: 'test' })
  const session = await findSession(app, key)
  if (!session) throw new Error('The session did not begin')
  return session
}

/** More of everything that pages list. */
async function multiply(server: TestServer): Promise<void> {
  const token = await server.token('octo', ['repo', 'admin:org', 'admin:org_hook'])
  const ask = async (path: string, body: object, method = 'POST') => {
    const headers = { authorization: `Bearer ${token}` }
    const init = { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`${server.apiUrl}${path}`, init)
    expect(response.ok, `${path}: ${await response.clone().text()}`).toBe(true)
  }
  const usual = { ref: 'main', auto_merge: false, required_contexts: [] }
  const shop = `/repos/${organization}/storefront`
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
    await ask(`/orgs/${organization}/repos`, { name, auto_init: true })
    for (const environment of ['production', name]) {
      await ask(`/repos/${organization}/${name}/deployments`, { ...usual, environment })
      await ask(`${shop}/deployments`, { ...usual, environment })
    }
    const config = { url: `https://example.com/${name}`, content_type: 'json' }
    await ask(`${shop}/hooks`, { name: 'web', events: ['deployment'], config })
    await ask(`/orgs/${organization}/hooks`, { name: 'web', events: ['deployment'], config })
    for (const owner of [`/orgs/${organization}`, shop]) {
      const variable = { name: `MORE_${name}`, value: name, visibility: 'all' }
      await ask(`${owner}/actions/variables`, variable)
    }
    await ask(`${shop}/keys`, { title: name, key: newPublicKey() })
    await ask(`${shop}/environments/production/variables`, { name, value: name })
    await signIn(server)
  }
}
