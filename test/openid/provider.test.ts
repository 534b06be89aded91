import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { providerSettingsOf } from '../../src/openid/model.ts'
import { openProvider } from '../../src/openid/openid.ts'
import { openBrowser } from '../oauth/browser.ts'
import { startServer } from '../support/server.ts'
import { type Lie, newKey, openLiar, seconds, truthfulClaims } from './liar.ts'
import { listen, settingsFor } from './provider.ts'

/** What a provider says is not believed because it is the provider that says it. */

const callback = '/login/openid/callback'

function providerAt(issuer: string, timeoutMs?: number) {
  const settings = providerSettingsOf(readConfig(settingsFor(issuer), {}).config)
  if (!settings) throw new Error('There is no provider')
  return openProvider(settings, { log: silentLog, ...(timeoutMs && { timeoutMs }) })
}

const flow = {
  ...{ redirectUri: `https://slipway.example.com${callback}`, state: 's'.repeat(43) },
  ...{ nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) },
}

const unsigned = (claims: object) =>
  `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`

const lies: Record<string, Lie> = {
  'another nonce': { claims: () => ({ nonce: 'x' }) },
  'another audience': { claims: () => ({ aud: 'board' }) },
  'other audiences as well': { claims: () => ({ aud: ['slipway', 'board'] }) },
  'another issuer': { claims: () => ({ iss: 'https://evil.example' }) },
  'a time that is over': { claims: () => ({ iat: seconds() - 600, exp: seconds() - 300 }) },
  'no end': { claims: () => ({ exp: undefined }) },
  nobody: { claims: () => ({ sub: '' }) },
  'a subject with a NUL': { claims: () => ({ sub: 'a\0b' }), userinfo: { sub: 'a\0b' } },
  'a key of somebody else': { key: newKey().privateKey },
  'no signature': { token: (truth) => unsigned(truthfulClaims(truth)) },
  'no token': { token: () => 'x' },
  'somebody else for more': { userinfo: { sub: '2', groups: ['admins'] } },
  'more than anybody reads': { answer: JSON.stringify({ access_token: 'x'.repeat(300_000) }) },
  nothing: { answer: '' },
}

it('an answer counts only if all of it holds', async () => {
  const liar = await openLiar()
  const provider = providerAt(liar.issuer, 20_000)
  const answerTo = async (lie: Lie) => {
    const back = liar.authorize(await provider.findSignInUrl(flow), lie)
    return await provider.findPerson(flow, Object.fromEntries(back.searchParams))
  }
  expect(await answerTo({})).toMatchObject({ subject: '1', login: 'mona', groups: [] })
  for (const [name, lie] of Object.entries(lies)) {
    await expect(answerTo(lie), name).rejects.toMatchObject({
      code: name === 'more than anybody reads' ? 'unavailable' : 'forbidden',
    })
  }
  const query = { code: 'x', state: flow.state, iss: 'https://evil.example' }
  await expect(provider.findPerson(flow, query)).rejects.toMatchObject({ code: 'forbidden' })
})

it('a provider that is away, silent, endless or another one holds nobody up', async () => {
  const silent = await listen(() => {})
  const endless = await listen((_, response) => {
    response.setHeader('content-type', 'application/json')
    const more = () => response.write(' '.repeat(64 * 1024), more)
    more()
  })
  const other = await listen((_, response) => response.end('{"issuer":"https://evil.example"}'))
  const gone = await listen()
  gone.close()
  for (const { url } of [silent, endless, other, gone]) {
    await expect(providerAt(url, 300).findSignInUrl(flow)).rejects.toMatchObject({
      ...{ code: 'unavailable', message: expect.stringContaining('Forge does not answer') },
    })
  }
})

it('while the provider is away the page says so, the password still works, and later it goes on', async () => {
  const liar = await openLiar()
  liar.state.isAway = true
  const settings = { ...settingsFor(liar.issuer), oidc_new_users: 'everybody' }
  const server = await startServer({ settings })
  await server.user('octo')
  const browser = openBrowser(server)
  const page = await browser.get('/login')
  expect(page.text).toContain('Sign in with Forge')
  const away = await browser.submit(page, '/login/openid')
  expect([away.status, away.text]).toEqual([503, expect.stringContaining('Forge does not answer')])
  expect(away.text).toContain('name="password"')

  liar.state.isAway = false
  const there = await browser.submit(away, '/login/openid')
  const back = liar.authorize(there.to ?? '', {})
  liar.state.isAway = true
  expect((await browser.get(back.pathname + back.search)).status).toBe(503)
  liar.state.isAway = false
  const again = await browser.submit(away, '/login/openid')
  const { pathname, search } = liar.authorize(again.to ?? '', {})
  expect((await browser.get(pathname + search)).to).toBe('/')
  expect((await browser.get('/settings/sessions')).text).toContain('<strong>mona</strong>')
})
