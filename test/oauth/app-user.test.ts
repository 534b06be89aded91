import { App, Octokit } from 'octokit'
import { expect, it } from 'vitest'
import { clientSecretHash } from '../../src/oauth/oauth-apps/model.ts'
import { columns, query } from '../../src/store/query.ts'
import type { AppRow } from '../../src/tables/programs.ts'
import { engines } from '../support/engines.ts'
import { authorize, openBrowser, openPlace, trade } from './browser.ts'

/** A GitHub App that acts for a person: its tokens end after eight hours, and are renewed. */

const callback = 'https://app.example.com/callback'
const credentials = { clientId: 'Iv1.0123456789abcdef', clientSecret: 'the secret' }
const client = { client_id: credentials.clientId, client_secret: credentials.clientSecret }

async function open(engine: (typeof engines)[number] = 'sqlite') {
  const server = await openPlace(engine)
  const bot = await server.user('gate-bot')
  const now = server.app.now().toISOString()
  await server.app.store.transaction((tx) =>
    tx.all(insertApp, {
      owner_id: bot.id,
      bot_id: bot.id,
      slug: 'gate',
      name: 'Gate',
      name_key: 'gate',
      description: null,
      external_url: 'https://app.example.com',
      callback_urls: JSON.stringify([callback]),
      setup_url: null,
      public: 1,
      device_flow: 1,
      client_id: credentials.clientId,
      client_secret_hash: clientSecretHash(credentials.clientSecret),
      permissions: JSON.stringify({ deployments: 'write' }),
      events: '[]',
      created_at: now,
      updated_at: now,
    }),
  )
  const octo = openBrowser(server)
  await octo.signIn()
  const asked = { client_id: credentials.clientId }
  const code = async () => (await authorize(octo, asked)).searchParams.get('code') ?? ''
  return { server, octo, code }
}

it.each(engines)('a token is renewed once, and the old one ends, on %s', async (engine) => {
  const { server, octo, code } = await open(engine)
  const page = await octo.get(`/login/oauth/authorize?client_id=${client.client_id}&scope=repo`)
  expect(page.text).toContain('<strong>Read and write</strong> deployments')
  const first = await trade(server, { ...client, code: await code() })
  expect(first).toEqual({
    access_token: expect.stringMatching(/^slu_/),
    expires_in: 28_800,
    refresh_token: expect.stringMatching(/^slr_/),
    refresh_token_expires_in: 15_897_600,
    scope: '',
    token_type: 'bearer',
  })
  const renewal = {
    ...client,
    grant_type: 'refresh_token',
    refresh_token: String(first['refresh_token']),
  }
  const second = await trade(server, renewal)
  expect(second['access_token']).toMatch(/^slu_/)
  expect(await trade(server, renewal)).toMatchObject({ error: 'bad_refresh_token' })
  const userBy = async (token: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    return (await fetch(`${server.apiUrl}/user`, { headers })).status
  }
  expect(await userBy(first['access_token'])).toBe(401)
  expect(await userBy(second['access_token'])).toBe(200)
})

it('octokit renews its token by itself', async () => {
  const { server, code } = await open()
  const AtOurs = Octokit.defaults({ baseUrl: server.apiUrl })
  const app = { appId: 1, privateKey: 'not needed here', oauth: credentials, Octokit: AtOurs }
  const { oauth: program } = new App(app)
  const { authentication } = await program.createToken({ code: await code() })
  if (!('refreshToken' in authentication)) throw new Error('The token never ends')
  const renewed = await program.refreshToken({ refreshToken: authentication.refreshToken })
  const { token } = renewed.authentication
  const checked = await program.checkToken({ token })
  expect(checked.data).toMatchObject({ app: { name: 'Gate' }, user: { login: 'octo' } })
  expect((await program.deleteToken({ token })).status).toBe(204)
})

const insertApp = query((db, p: Omit<AppRow, 'id'>) =>
  db
    .insertInto('apps')
    .values(
      columns(p, [
        'owner_id',
        'bot_id',
        'slug',
        'name',
        'name_key',
        'description',
        'external_url',
        'callback_urls',
        'setup_url',
        'public',
        'device_flow',
        'client_id',
        'client_secret_hash',
        'permissions',
        'events',
        'created_at',
        'updated_at',
      ]),
    ),
)
