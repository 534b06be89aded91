import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import type { TestServer } from '../support/server.ts'
import { authorize, openBrowser, openPlace, password, registerApp, trade } from './browser.ts'

/** A program that asks a person by way of the browser (contract 7.6). */

const callback = 'https://board.example.com/callback'
const codeOf = (url: URL) => url.searchParams.get('code') ?? ''
const userOf = async (server: TestServer, token: unknown) => {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
  const { status, headers: answered } = await fetch(`${server.apiUrl}/user`, { headers })
  return { status, scopes: answered.get('x-oauth-scopes') }
}

async function open(engine: (typeof engines)[number] = 'sqlite') {
  const server = await openPlace(engine)
  const { clientId: client_id, clientSecret: client_secret } = await registerApp(server)
  const octo = openBrowser(server)
  await octo.signIn()
  return { server, octo, client: { client_id, client_secret }, client_id }
}

it.each(engines)('asks, is granted, and gets a token once, on %s', async (engine) => {
  const { server, octo, client, client_id } = await open(engine)
  const asked = { client_id, scope: 'repo_deployment read:org nonsense', state: 'x&y' }
  const page = await octo.get(`/login/oauth/authorize?${new URLSearchParams(asked)}`)
  expect(page.text).toContain('Read and write deployments and their statuses')
  expect(page.text).toContain('Not code')
  expect(page.text).not.toContain('nonsense</code>')
  const back = await authorize(octo, asked)
  expect(back.origin + back.pathname).toBe(callback)
  expect(back.searchParams.get('state')).toBe('x&y')

  const code = codeOf(back)
  const token = await trade(server, { ...client, code })
  expect(token).toEqual({
    access_token: expect.stringMatching(/^slo_[\dA-Za-z]{36}$/),
    scope: 'read:org,repo_deployment',
    token_type: 'bearer',
  })
  const granted = { status: 200, scopes: 'read:org, repo_deployment' }
  expect(await userOf(server, token['access_token'])).toEqual(granted)

  expect(await trade(server, { ...client, code })).toMatchObject({ error: 'bad_verification_code' })
  expect(await userOf(server, token['access_token'])).toMatchObject({ status: 401 })
})

it('two uses of one code at the same time leave no token', async () => {
  const { server, octo, client, client_id } = await open()
  const code = codeOf(await authorize(octo, { client_id, scope: 'repo' }))
  const answers = await Promise.all([1, 2].map(() => trade(server, { ...client, code })))
  expect(answers.filter(({ error }) => error === 'bad_verification_code')).toHaveLength(1)
  const [token] = answers.flatMap(({ access_token }) => access_token ?? [])
  expect(await userOf(server, token)).toMatchObject({ status: 401 })
})

it('is not asked again for what was granted before', async () => {
  const { octo, server, client, client_id } = await open()
  await authorize(octo, { client_id, scope: 'repo' })
  const within = await octo.get(`/login/oauth/authorize?client_id=${client_id}&scope=repo:status`)
  expect([within.status, within.to]).toEqual([302, expect.stringContaining(`${callback}?code=`)])
  const reused = codeOf(await authorize(octo, { client_id }))
  expect(await trade(server, { ...client, code: reused })).toMatchObject({ scope: 'repo' })
  for (const more of ['&scope=user', '&scope=repo&prompt=select_account', '&login=mona']) {
    const page = await octo.get(`/login/oauth/authorize?client_id=${client_id}${more}`)
    expect([more, page.status]).toEqual([more, 200])
  }
})

it('who is not signed in comes back to the question', async () => {
  const { server, client_id } = await open()
  const browser = openBrowser(server)
  const path = `/login/oauth/authorize?client_id=${client_id}&login=octo`
  const asked = await browser.get(path)
  const page = await browser.get(asked.to ?? '')
  expect(page.text).toContain('value="octo"')
  const signedIn = await browser.submit(page, '/session', { login: 'octo', password })
  expect(signedIn.to).toBe(path)
})

it('hears of a denial, and of its own mistakes, by way of the browser', async () => {
  const { octo, client_id } = await open()
  const page = await octo.get(`/login/oauth/authorize?client_id=${client_id}&state=s`)
  const denied = await octo.submit(page, '/login/oauth/authorize', { answer: 'cancel' })
  expect(Object.fromEntries(new URL(denied.to ?? '').searchParams)).toMatchObject({
    error: 'access_denied',
    error_description: 'The user has denied your application access.',
    state: 's',
  })
  const wrong = { client_id, state: 's', redirect_uri: 'https://evil.example/callback' }
  const mismatch = await octo.get(`/login/oauth/authorize?${new URLSearchParams(wrong)}`)
  expect(mismatch.to).toContain(`${callback}?error=redirect_uri_mismatch`)
  const plain = `code_challenge=${'a'.repeat(43)}&code_challenge_method=plain`
  const refused = await octo.get(`/login/oauth/authorize?client_id=${client_id}&${plain}`)
  expect(refused.to).toContain(`${callback}?error=invalid_request`)
  expect((await octo.get('/login/oauth/authorize?client_id=gone')).status).toBe(404)
})

it('a forged answer grants nothing', async () => {
  const { octo, client_id } = await open()
  const forged = await octo.post('/login/oauth/authorize', { client_id, answer: 'authorize' })
  expect([forged.status, forged.to]).toEqual([403, undefined])
})

describe('PKCE', () => {
  const code_verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
  const pkce = { code_challenge, code_challenge_method: 'S256' }

  it('binds a code to who asked for it', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id, ...pkce }))
    const refused = { error: 'bad_verification_code' }
    expect(await trade(server, { ...client, code })).toMatchObject(refused)
    expect(await trade(server, { ...client, code, code_verifier: 'x' })).toMatchObject(refused)
    expect(await trade(server, { ...client, code, code_verifier })).toHaveProperty('access_token')
  })

  it('cannot be cut out on the way', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id }))
    const traded = await trade(server, { ...client, code, code_verifier })
    expect(traded).toMatchObject({ error: 'bad_verification_code' })
  })
})

describe('the token endpoint', () => {
  it('refuses in words of GitHub, with status 200', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id, redirect_uri: `${callback}/a` }))
    const { clientId: other, clientSecret } = await registerApp(server)
    const cases: [Record<string, string>, string][] = [
      [{ code }, 'incorrect_client_credentials'],
      [{ client_id: 'gone', code }, 'incorrect_client_credentials'],
      [{ client_id, client_secret: 'x', code }, 'incorrect_client_credentials'],
      [{ client_id: other, client_secret: clientSecret, code }, 'bad_verification_code'],
      [{ ...client, code: 'x' }, 'bad_verification_code'],
      [{ ...client }, 'bad_verification_code'],
      [{ ...client, code, redirect_uri: callback }, 'redirect_uri_mismatch'],
      [{ ...client, code, grant_type: 'password' }, 'unsupported_grant_type'],
      [{ ...client, grant_type: 'refresh_token', refresh_token: 'x' }, 'bad_refresh_token'],
      [{ client_id, device_code: 'x' }, 'unsupported_grant_type'],
    ]
    for (const [fields, error] of cases) {
      expect(await trade(server, fields)).toEqual({
        error,
        error_description: expect.any(String),
        error_uri: expect.stringMatching(/^https:/),
      })
    }
    const redirect_uri = `${callback}/a`
    expect(await trade(server, { ...client, code, redirect_uri })).toHaveProperty('access_token')
  })

  it('hears what is said in the query, in parts, or as Basic, and no empty field', async () => {
    const { server, octo, client, client_id } = await open()
    const url = `${server.url}/login/oauth/access_token`
    const newCode = async () =>
      codeOf(await authorize(octo, { client_id, scope: 'repo', redirect_uri: '', login: '' }))
    const parts = new FormData()
    for (const [name, value] of Object.entries({ ...client, code: await newCode() })) {
      parts.set(name, value)
    }
    const authorization = `Basic ${btoa(`${client_id}:${client.client_secret}`)}`
    const empty = { client_secret: '', redirect_uri: '', code_verifier: '' }
    const query = new URLSearchParams({ ...client, code: await newCode() })
    const sent: [string, RequestInit][] = [
      [`${url}?${query}`, {}],
      [url, { body: parts }],
      [url, { body: new URLSearchParams({ code: await newCode() }), headers: { authorization } }],
      [
        url,
        {
          body: new URLSearchParams({ ...empty, code: await newCode() }),
          headers: { authorization },
        },
      ],
    ]
    for (const [to, init] of sent) {
      const answer = await fetch(to, { method: 'POST', ...init })
      expect(await answer.text()).toMatch(/^access_token=slo_\w{36}&/)
    }
    const begun = await fetch(`${server.url}/login/device/code?client_id=${client_id}`, {
      method: 'POST',
    })
    expect(await begun.text()).toMatch(/^(device_code=|error=device_flow_disabled)/)
  })

  it('does not take a code that is older than ten minutes', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id }))
    const then = new Date(Date.now() - 10 * 60_000).toISOString()
    await server.app.store.transaction((tx) => tx.all(ageCodes, { then }))
    const traded = await trade(server, { ...client, code })
    expect(traded).toMatchObject({ error: 'bad_verification_code' })
  })

  it('takes a token back for its code even after that', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id }))
    const token = await trade(server, { ...client, code })
    const then = new Date(Date.now() - 10 * 60_000).toISOString()
    await server.app.store.transaction((tx) => tx.all(ageCodes, { then }))
    await trade(server, { ...client, code })
    expect(await userOf(server, token['access_token'])).toMatchObject({ status: 401 })
  })

  it('takes JSON as well, and answers in a form to who accepts nothing else', async () => {
    const { server, octo, client, client_id } = await open()
    const code = codeOf(await authorize(octo, { client_id, scope: 'repo,gist' }))
    const answer = await fetch(`${server.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...client, code }),
    })
    expect(answer.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(await answer.text()).toMatch(
      /^access_token=slo_\w{36}&scope=gist%2Crepo&token_type=bearer$/,
    )
    const nothing = await fetch(`${server.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    expect(await nothing.text()).toMatch(/^error=incorrect_client_credentials&/)
    const xml = await fetch(`${server.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/xml' },
    })
    expect(await xml.text()).toContain('<OAuth>\n  <error>incorrect_client_credentials</error>')
  })
})

it('keeps ten tokens of a kind, and has the eleventh looked at by the person', async () => {
  const { server, octo, client, client_id } = await open()
  const asked = { client_id, scope: 'repo' }
  const getToken = async () => {
    const code = codeOf(await authorize(octo, asked))
    return (await trade(server, { ...client, code }))['access_token']
  }
  const tokens: unknown[] = []
  while (tokens.length < 10) tokens.push(await getToken())
  const page = await octo.get(`/login/oauth/authorize?${new URLSearchParams(asked)}`)
  expect([page.status, page.to]).toEqual([200, undefined])
  tokens.push(await getToken())
  const users = await Promise.all(tokens.map((token) => userOf(server, token)))
  expect(users.map(({ status }) => status)).toEqual([401, ...Array(10).fill(200)])
})

it('gh is known from the start, as a program of the own machine', async () => {
  const { server, octo } = await open()
  const client_id = '178c6fc778ccc68e1d6a'
  const asked = {
    client_id,
    redirect_uri: 'http://127.0.0.1:41234/callback',
    scope: 'repo read:org gist',
  }
  const back = await authorize(octo, asked)
  expect(back.host).toBe('127.0.0.1:41234')
  const fields = { client_id, client_secret: 'what everybody knows', code: codeOf(back) }
  expect(await trade(server, fields)).toMatchObject({ scope: 'gist,read:org,repo' })
  const again = await octo.get(`/login/oauth/authorize?${new URLSearchParams(asked)}`)
  expect([again.status, again.text]).toEqual([200, expect.stringContaining('GitHub CLI')])
})

const ageCodes = query((db, p: { then: string }) =>
  db.updateTable('oauth_codes').set({ created_at: p.then }),
)
