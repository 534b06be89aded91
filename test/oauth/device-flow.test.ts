import { expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import type { TestServer } from '../support/server.ts'
import { type Browser, openBrowser, openPlace, registerApp, trade } from './browser.ts'

/** A program where there is no browser (contract 7.7). */

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'

type Codes = Readonly<Record<'device_code' | 'user_code' | 'verification_uri', string>> & {
  readonly expires_in: number
  readonly interval: number
}

async function begin(server: TestServer, client_id: string, scope = 'repo_deployment') {
  const response = await fetch(`${server.url}/login/device/code`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id, scope }),
  })
  return (await response.json()) as Codes & { readonly error?: string }
}

/** Types the code as people do, and answers. */
async function answer(browser: Browser, typed: string, given: 'authorize' | 'cancel') {
  const page = await browser.get('/login/device')
  const shown = await browser.submit(page, '/login/device', { user_code: typed })
  expect(shown.text).toContain('Read and write deployments and their statuses')
  return await browser.submit(shown, '/login/device/answer', { answer: given })
}

async function open(engine: (typeof engines)[number] = 'sqlite') {
  const server = await openPlace(engine)
  const { clientId: client_id } = await registerApp(server)
  const octo = openBrowser(server)
  await octo.signIn()
  const codes = await begin(server, client_id)
  const poll = () => trade(server, { client_id, device_code: codes.device_code, grant_type })
  /** As if the device had waited for its turn. */
  const wait = () => server.app.store.transaction((tx) => tx.all(forgetPolls, {}))
  return { server, client_id, octo, codes, poll, wait }
}

it.each(engines)('waits for the person, and gets a token once, on %s', async (engine) => {
  const { server, octo, codes, poll, wait } = await open(engine)
  expect(codes).toEqual({
    device_code: expect.stringMatching(/^[\da-f]{40}$/),
    user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
    verification_uri: `${server.url}/login/device`,
    expires_in: 900,
    interval: 5,
  })
  expect(await poll()).toMatchObject({ error: 'authorization_pending' })
  expect(await poll()).toMatchObject({ error: 'slow_down', interval: 10 })
  expect(await poll()).toMatchObject({ error: 'slow_down', interval: 15 })
  const typed = codes.user_code.toLowerCase().replace('-', ' ')
  expect((await answer(octo, typed, 'authorize')).text).toContain('Your device is connected')
  await wait()
  expect(await poll()).toEqual({
    access_token: expect.stringMatching(/^slo_/),
    scope: 'repo_deployment',
    token_type: 'bearer',
  })
  await wait()
  expect(await poll()).toMatchObject({ error: 'incorrect_device_code' })
})

it('hears that the person declined', async () => {
  const { octo, codes, poll } = await open()
  expect((await answer(octo, codes.user_code, 'cancel')).text).toContain('Nothing was authorized')
  expect(await poll()).toMatchObject({ error: 'access_denied' })
})

it('hears that it took too long, and so does the person', async () => {
  const { server, octo, codes, poll } = await open()
  const then = new Date(Date.now() - 1000).toISOString()
  await server.app.store.transaction((tx) => tx.all(endCodes, { then }))
  expect(await poll()).toMatchObject({ error: 'expired_token' })
  const page = await octo.get('/login/device')
  const refused = await octo.submit(page, '/login/device', { user_code: codes.user_code })
  expect([refused.status, refused.text]).toEqual([
    422,
    expect.stringContaining('No device waits with this code'),
  ])
})

it('is refused where it has no business', async () => {
  const { server, codes, client_id } = await open()
  const { clientId: without } = await registerApp(server, { device_flow: false })
  const { clientId: other } = await registerApp(server)
  const { device_code } = codes
  const polled = (fields: Record<string, string>) => trade(server, { grant_type, ...fields })
  expect(await begin(server, 'gone')).toMatchObject({ error: 'incorrect_client_credentials' })
  expect(await begin(server, without)).toMatchObject({ error: 'device_flow_disabled' })
  const wrong = { error: 'incorrect_device_code' }
  expect(await polled({ client_id: other, device_code })).toMatchObject(wrong)
  expect(await polled({ client_id, device_code: 'x' })).toMatchObject(wrong)
  expect(await polled({ client_id: without, device_code })).toMatchObject({
    error: 'device_flow_disabled',
  })
})

it('codes are not guessed: after fifty in an hour nobody looks any more', async () => {
  const { server, octo, codes } = await open()
  const page = await octo.get('/login/device')
  const type = (user_code: string) => octo.submit(page, '/login/device', { user_code })
  expect((await type('BBBB-BBBB')).status).toBe(422)
  await server.app.store.transaction((tx) => tx.all(exhaust, { subject: 'device code %' }))
  expect((await type(codes.user_code)).status).toBe(429)
})

const forgetPolls = query((db, _: object) =>
  db.updateTable('device_codes').set({ last_polled_at: null }),
)
const endCodes = query((db, p: { then: string }) =>
  db.updateTable('device_codes').set({ expires_at: p.then }),
)
const exhaust = query((db, p: { subject: string }) =>
  db.updateTable('tries').set({ count: 100 }).where('subject', 'like', p.subject),
)
