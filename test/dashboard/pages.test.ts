import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { examples, findPlace, type Place, variants } from '../../scripts/screenshots/table.ts'
import { organization } from '../../scripts/seed/catalogue.ts'
import { seed } from '../../scripts/seed.ts'
import { findAccount } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { pages } from '../../src/pages.ts'
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
  const all = [...Object.values(examples), ...variants].filter((example) => example !== null)
  const paths = all.filter(({ as }) => as !== 'nobody').map(({ at }) => at(place))
  return { server, place, paths }
}

it('has an example of every page', () => {
  const paths = pages.filter(({ method }) => method === 'GET').map(({ path }) => path)
  expect(Object.keys(examples).sort()).toEqual(paths.sort())
})

it('has pages that everybody can use: in both themes, on a small screen, with and without JavaScript', {
  timeout: 120_000,
}, async () => {
  const { server, paths } = await openPlace()
  const browser = await openChromium()
  await browser.signIn(server, 'octo')
  const faults = []
  for (const path of paths) faults.push(...(await faultsAt(browser.page, server.url + path)))
  expect(faults).toEqual([])
  const missing = (text: string) => text.includes('404 (Not Found)')
  expect(browser.complaints.filter((text) => !missing(text))).toEqual([])
  const plain = await openChromium({ javaScript: false })
  await plain.signIn(server, 'octo')
  for (const path of paths) {
    await plain.page.goto(server.url + path)
    expect(await plain.page.locator('h1').count(), path).toBe(1)
  }
})

async function faultsAt(page: Page, address: string): Promise<string[]> {
  await page.goto(address)
  const faults = await faultsInBothThemes(page)
  return faults.map((fault) => `${new URL(address).pathname}: ${fault}`)
}

it('asks the database as often, however much there is', { timeout: 60_000 }, async () => {
  const { server, place } = await openPlace()
  const { app } = server
  const session = await signIn(server)
  const counts = () =>
    Promise.all(countedExamples(place).map((at) => countQueries(app, session, at)))
  const few = await counts()
  await multiply(server)
  expect(await counts()).toEqual(few)
})

const countedExamples = (place: Place) =>
  Object.entries(examples).flatMap(([path, example]) => {
    const route = pages.find((one) => one.method === 'GET' && one.path === path)
    return example && route?.for === 'user' ? [{ route, address: example.at(place) }] : []
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
  const token = await server.token('octo', ['repo', 'admin:org'])
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
    await ask(`${shop}/keys`, { title: name, key: newPublicKey() })
    await ask(`${shop}/environments/production/variables`, { name, value: name })
    await signIn(server)
  }
}
