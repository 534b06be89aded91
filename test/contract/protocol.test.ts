import { Client, request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import type { Route } from '../../src/auth/route.ts'
import { routes } from '../../src/routes.ts'
import { startServer } from '../support/server.ts'
import { routesFor } from './routing.ts'

/** What every route does alike, whatever it is about (contract 7.5, 8.1, 8.3 and 8.5). */

type Headers = Readonly<Record<string, string>>

async function open() {
  const server = await startServer()
  await server.user('octo')
  await server.repository('octo', 'hello')
  const client = new Client(server.url)
  onTestFinished(() => client.close())
  const agent = { 'user-agent': 'test' }

  async function ask(method: string, path: string, headers: Headers = agent) {
    const answer = await client.request({ method, path: `/api/v3${path}`, headers })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, text }
  }

  /** What each route answers, by its name; all should be the same. */
  async function askAll<T>(
    to: (route: Route, path: string) => Promise<T>,
  ): Promise<Map<string, T>> {
    const answers = new Map<string, T>()
    for (const route of routes) {
      answers.set(`${route.method} ${route.path}`, await to(route, pathOf(route)))
    }
    return answers
  }
  return { server, ask, askAll, agent }
}

const values: Readonly<Record<string, string>> = {
  ':owner': 'octo',
  ':repo': 'hello',
  ':username': 'octo',
  ':org': 'acme',
  ':ref': 'main',
  ':sha': '0'.repeat(40),
  '*': 'main',
}
const pathOf = ({ path }: Route) => path.replace(/:\w+|\*/g, (name) => values[name] ?? '1')

/** One entry for each route that did not answer so. */
function others<T>(answers: ReadonlyMap<string, T>, expected: T) {
  return [...answers].filter(([, answer]) => JSON.stringify(answer) !== JSON.stringify(expected))
}

const briefly = ({ status, text }: { status: number; text: string }) => {
  const { message, status: inBody } = JSON.parse(text)
  return { status, message, inBody }
}

it('an Accept that we cannot serve is answered 415', async () => {
  const { ask, askAll, agent } = await open()
  const answers = await askAll(async ({ method }, path) =>
    briefly(await ask(method, path, { ...agent, accept: 'text/html' })),
  )
  const message = "Unsupported 'Accept' header: 'text/html'. Must accept 'application/json'."
  expect(others(answers, { status: 415, message, inBody: '415' })).toEqual([])
})

it.each(['', '*/*', 'application/json', 'application/vnd.github.ant-man-preview+json'])(
  'Accept: %s is served',
  async (accept) => {
    const { ask, agent } = await open()
    const { status, headers } = await ask('GET', '/meta', { ...agent, accept })
    expect(status).toBe(200)
    const preview = accept.includes('ant-man') ? 'github.ant-man-preview' : 'github.v3'
    expect(headers['x-github-media-type']).toBe(`${preview}; format=json`)
  },
)

it('a request without User-Agent is answered 403 in plain text', async () => {
  const { ask, askAll } = await open()
  const answers = await askAll(async ({ method }, path) => {
    const { status, headers, text } = await ask(method, path, {})
    const start = 'Request forbidden by administrative rules.'
    return [status, headers['content-type'], text.startsWith(start)]
  })
  expect(others(answers, [403, 'text/plain; charset=utf-8', true])).toEqual([])
})

it('an unknown version of the API is answered 400, a known one is echoed', async () => {
  const { ask, askAll, agent } = await open()
  const asking = (version: string) => ({ ...agent, 'x-github-api-version': version })
  const answers = await askAll(async ({ method }, path) => {
    const { status, text } = await ask(method, path, asking('2001-01-01'))
    return [status, text.includes('2001-01-01')]
  })
  expect(others(answers, [400, true])).toEqual([])
  for (const version of ['2022-11-28', '2026-03-10']) {
    const { status, headers } = await ask('GET', '/meta', asking(version))
    expect([status, headers['x-github-api-version-selected']]).toEqual([200, version])
  }
  const usual = await ask('GET', '/meta')
  expect(usual.headers['x-github-api-version-selected']).toBe('2022-11-28')
  const unknown = await ask('GET', '/meta', asking('2001-01-01'))
  expect(unknown.headers).not.toHaveProperty('x-github-api-version-selected')
})

it('a token that is none is answered 401, whatever is asked', async () => {
  const { ask, askAll, agent } = await open()
  const authorization = `Bearer slp_${'x'.repeat(36)}`
  const answers = await askAll(async ({ method, isForClients }, path) => {
    const answer = briefly(await ask(method, path, { ...agent, authorization }))
    // A client says who it is by other means, which this is not.
    const isRight =
      answer.message === (isForClients ? 'Requires authentication' : 'Bad credentials')
    return { ...answer, ...(isRight && { message: 'as expected' }) }
  })
  expect(others(answers, { status: 401, message: 'as expected', inBody: '401' })).toEqual([])
})

it('POST is taken wherever PATCH is', async () => {
  const { server, ask, agent } = await open()
  const authorization = `Bearer ${await server.token('octo', ['repo', 'admin:repo_hook'])}`
  const isPosted = (path: string) =>
    routes.some((route) => route.method === 'POST' && route.path === path && route.isForClients)
  const patches = routes.filter(({ method, path }) => method === 'PATCH' && !isPosted(path))
  for (const route of patches) {
    const headers = { ...agent, authorization }
    const [patched, posted] = [
      await ask('PATCH', pathOf(route), headers),
      await ask('POST', pathOf(route), headers),
    ]
    const named = [route.path, posted.status, posted.text]
    expect.soft(named).toEqual([route.path, patched.status, patched.text])
  }
})

it('a method that a path does not have is a 404', async () => {
  const { ask, agent } = await open()
  const paths = new Set(routes.map(pathOf))
  const wrong = [...paths].flatMap((path) =>
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
      .filter((method) => routesFor(method, path).length === 0)
      .filter((method) => method !== 'POST' || routesFor('PATCH', path).length === 0)
      .map((method) => ({ method, path })),
  )
  expect(wrong.length).toBeGreaterThan(paths.size)
  for (const { method, path } of wrong) {
    const { status } = await ask(method, path, agent)
    expect.soft([method, path, status]).toEqual([method, path, 404])
  }
})

it('a browser may ask first, on every path', async () => {
  const { ask, askAll, agent } = await open()
  const answers = await askAll(async (_, path) => {
    const { status, headers, text } = await ask('OPTIONS', path, {
      ...agent,
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
    })
    const origin = headers['access-control-allow-origin']
    return [status, origin, headers['access-control-allow-methods'], text]
  })
  expect(others(answers, [204, '*', 'GET, POST, PATCH, PUT, DELETE', ''])).toEqual([])
})

it('a slash too much leads nowhere, but for the root', async () => {
  const { server, ask, agent } = await open()
  const row = await server.repository('octo', 'world')
  await server.commit(row, { files: { 'a.txt': 'a' } })
  const found: string[] = []
  for (const path of ['/meta', '/repos/octo/world', '/repos/octo/world/commits/main']) {
    expect([path, (await ask('GET', path, agent)).status]).toEqual([path, 200])
    const { status } = await ask('GET', `${path}/`, agent)
    if (status !== 404) found.push(`${path}/ ${status}`)
  }
  expect(found).toEqual([])
  expect((await ask('GET', '/', agent)).status).toBe(200)
})

it('every form of the Authorization header is understood, and no token in the query', async () => {
  const { server } = await open()
  const token = await server.token('octo', ['repo'])
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const forms = [
    `Bearer ${token}`,
    `bearer ${token}`,
    `token ${token}`,
    basic(`octo:${token}`),
    basic(`${token}:x-oauth-basic`),
  ]
  for (const authorization of forms) {
    const headers = { 'user-agent': 'test', authorization }
    const { statusCode, body } = await request(`${server.apiUrl}/user`, { headers })
    expect([authorization, statusCode, await body.json()]).toEqual([
      authorization,
      200,
      expect.objectContaining({ login: 'octo' }),
    ])
  }
  const headers = { 'user-agent': 'test' }
  const asked = await request(`${server.apiUrl}/user?access_token=${token}`, { headers })
  await asked.body.dump()
  expect(asked.statusCode).toBe(401)
})

/** As recorded from GitHub (contract 7.2). */
it('says which scopes a route accepts, in the words of GitHub', () => {
  const acceptedBy = (named: string) =>
    routes.find(({ method, path }) => `${method} ${path}` === named)?.accepted
  const repository = '/repos/:owner/:repo'
  const one = `${repository}/deployments/:deployment_id`
  for (const read of [`GET ${repository}/deployments`, `GET ${one}`, `GET ${one}/statuses`]) {
    expect([read, acceptedBy(read)]).toEqual([read, 'repo, repo_deployment'])
  }
  for (const write of [
    `POST ${repository}/deployments`,
    `DELETE ${one}`,
    `POST ${one}/statuses`,
    `POST ${repository}/statuses/:sha`,
    `GET ${repository}/environments`,
    'GET /user',
  ]) {
    expect([write, acceptedBy(write)]).toEqual([write, ''])
  }
  expect(acceptedBy(`GET ${repository}/hooks`)).toBe(
    'admin:repo_hook, public_repo, read:repo_hook, repo, write:repo_hook',
  )
  expect(acceptedBy(`POST ${repository}/hooks`)).toBe(
    'admin:repo_hook, public_repo, repo, write:repo_hook',
  )
  expect(acceptedBy(`GET ${repository}/commits/:ref/statuses`)).toBe('repo, repo:status')
  expect(acceptedBy(`GET ${repository}`)).toBe('repo')
})

it('an address that cannot be decoded is refused as everything else is', async () => {
  const { ask, agent } = await open()
  const { status, headers, text } = await ask('GET', '/repos/octo/%zz', agent)
  expect([status, JSON.parse(text)]).toEqual([
    400,
    {
      message: "'/api/v3/repos/octo/%zz' is not a valid url component",
      documentation_url: 'https://docs.github.com/rest',
      status: '400',
    },
  ])
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'x-github-request-id': expect.any(String),
  })
})
