import { expect, it } from 'vitest'
import { type Shown, shownOf } from '../../scripts/screenshots/table.ts'
import { organization } from '../../scripts/seed/catalogue.ts'
import { findAccount } from '../../src/accounts/accounts.ts'
import { pages } from '../../src/pages/pages.ts'
import { findSession, startSession } from '../../src/sessions/sessions.ts'
import { newPublicKey } from '../support/public-key.ts'
import type { TestServer } from '../support/server.ts'
import { countQueries } from './query-count.ts'
import { openSeededPlace } from './seeded-place.ts'

it('has a name for every page', () => {
  expect(shownOf(pages, {}).map(({ name }) => name)).toContain('grid')
})

it('asks the database as often, however much there is', { timeout: 60_000 }, async () => {
  const { server, shown } = await openSeededPlace()
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
