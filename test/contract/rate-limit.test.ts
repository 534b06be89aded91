import { request } from 'undici'
import { expect, it } from 'vitest'
import { registerApp } from '../oauth/browser.ts'
import { hookedApp } from '../support/apps.ts'
import { faultsOf } from '../support/openapi.ts'
import { startServer } from '../support/server.ts'

/** Real limits, when they are switched on (contract 8.7). */

type Asked = {
  readonly token?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

async function open(settings: Record<string, string> = {}) {
  const server = await startServer({ settings: { rate_limit: '1', ...settings } })
  await server.user('octo')
  await server.repository('octo', 'hello')
  const token = await server.token('octo', ['repo'])

  async function ask(asked: string, { token, headers = {}, body }: Asked = {}) {
    const [method = 'GET', path = ''] = asked.split(' ')
    const identity = token ? { authorization: `Bearer ${token}` } : {}
    const answer = await request(`${server.apiUrl}${path}`, {
      method,
      headers: { 'user-agent': 'test', ...identity, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.body.text()
    const left = answer.headers['x-ratelimit-remaining']
    const said = text === '' ? {} : JSON.parse(text)
    return { status: answer.statusCode, headers: answer.headers, body: said, left }
  }
  return { server, token, ask }
}

it('is off unless it is switched on', async () => {
  const { ask } = await open({ rate_limit: '0' })
  expect(await ask('GET /meta')).toMatchObject({ status: 200, left: undefined })
  expect(await ask('GET /rate_limit')).toMatchObject({
    status: 404,
    body: { message: 'Rate limiting is not enabled.' },
  })
})

it('counts down on every answer, and refuses what is too much', async () => {
  const { ask, token } = await open({ rate_limit_user: '2' })
  expect(await ask('GET /user', { token })).toMatchObject({ status: 200, left: '1' })
  const gone = await ask('GET /repos/octo/gone', { token })
  expect(gone).toMatchObject({ status: 404, left: '0' })
  const refused = await ask('GET /user', { token })
  expect(refused).toMatchObject({
    status: 403,
    body: { message: expect.stringMatching(/^API rate limit exceeded for user ID \d+\.$/) },
    headers: {
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': '2',
      'x-ratelimit-resource': 'core',
      'x-ratelimit-reset': gone.headers['x-ratelimit-reset'],
    },
  })
  expect(refused.headers['retry-after']).toBeUndefined()
  expect(await ask('GET /meta')).toMatchObject({ status: 200, left: '59' })
})

it('counts all who bear no token, or a wrong one, by where they are', async () => {
  const { ask, token } = await open({ rate_limit_anonymous: '2' })
  expect(await ask('GET /zen?', { token: 'wrong' })).toMatchObject({ status: 401, left: '1' })
  expect(await ask('GET /meta')).toMatchObject({ status: 200, left: '0' })
  const { status, body } = await ask('GET /meta')
  expect([status, body.message]).toEqual([
    403,
    expect.stringContaining('API rate limit exceeded for 127.0.0.1.'),
  ])
  expect(await ask('GET /user', { token })).toMatchObject({ status: 200, left: '4999' })
})

it('counts a program that says which one it is by itself, as much as a user', async () => {
  const { server, ask } = await open({ rate_limit_user: '2', rate_limit_anonymous: '1' })
  const { clientId, clientSecret } = await registerApp(server)
  const headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
  expect(await ask('GET /meta')).toMatchObject({ status: 200, left: '0' })
  expect(await ask('GET /meta', { headers })).toMatchObject({ status: 200, left: '1' })
  expect(await ask('GET /meta', { headers })).toMatchObject({ status: 200, left: '0' })
  const { status, body } = await ask('GET /meta', { headers })
  expect([status, body.message]).toEqual([
    403,
    `API rate limit exceeded for client ID ${clientId}.`,
  ])
})

it('counts an App that speaks for itself apart from the nameless ones of its address', async () => {
  const { ask, server } = await open({ rate_limit_anonymous: '1' })
  const { jwt, row } = await hookedApp(server, { owner: 'octo', events: [] })
  expect(await ask('GET /meta')).toMatchObject({ status: 200, left: '0' })
  for (const left of ['4999', '4998'])
    expect(await ask('GET /app', { token: jwt })).toMatchObject({
      ...{ status: 200, left },
      body: { id: row.id },
    })
  expect(await ask('GET /meta')).toMatchObject({ status: 403 })
})

it('does not count what has not changed', async () => {
  const { ask, token } = await open()
  for (const path of ['GET /user', 'GET /repos/octo/hello']) {
    const first = await ask(path, { token })
    const headers = { 'if-none-match': String(first.headers['etag']) }
    const again = await ask(path, { token, headers })
    expect([again.status, again.left]).toEqual([304, first.left])
  }
})

it('tells for nothing what is left, in both versions of the API', async () => {
  const { ask, token } = await open()
  await ask('GET /user', { token })
  const { status, body, left } = await ask('GET /rate_limit', { token })
  expect(faultsOf({ method: 'GET', path: '/rate_limit', status, body })).toEqual([])
  const core = { limit: 5000, used: 1, remaining: 4999, reset: expect.any(Number) }
  expect([body.resources.core, body.rate, left]).toEqual([core, core, '4999'])
  const headers = { 'x-github-api-version': '2026-03-10' }
  expect((await ask('GET /rate_limit', { token, headers })).body).not.toHaveProperty('rate')
})

it('tells GraphQL what is left, as its headers do', async () => {
  const { ask, token } = await open({ rate_limit_user: '7' })
  const query = '{ rateLimit { cost limit remaining used resetAt } }'
  const { body, headers } = await ask('POST /graphql', { token, body: JSON.stringify({ query }) })
  const { resetAt, ...counted } = body.data.rateLimit
  expect(counted).toEqual({ cost: 1, limit: 7, remaining: 6, used: 1 })
  expect(String(Date.parse(resetAt) / 1000)).toBe(headers['x-ratelimit-reset'])
})

it('slows down whoever changes too much at once', async () => {
  const { ask, token } = await open()
  const path = 'POST /repos/octo/hello/deployments'
  const answers = []
  for (let n = 0; n <= 80; n++) answers.push(await ask(path, { token }))
  expect(answers.slice(0, 80).every(({ status }) => status === 422)).toBe(true)
  expect(answers[80]).toMatchObject({
    status: 403,
    left: '4920',
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    body: {
      message: expect.stringContaining('secondary rate limit'),
      documentation_url: expect.stringMatching(/secondary-rate-limits$/),
    },
  })
  expect(await ask('GET /user', { token })).toMatchObject({ status: 200 })
})
