import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { engines } from '../support/engines.ts'
import { faultsOf } from '../support/openapi.ts'
import { rawRequest } from '../support/raw-request.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/users/users and https://docs.github.com/rest/orgs/orgs */

async function open(engine = engines[0]) {
  const server = await startServer({ engine: engine ?? 'sqlite' })
  const octo = await server.user('Octo')
  await server.repository('octo', 'open')
  await server.repository('octo', 'hidden', { private: true })
  return { server, octo }
}

it('tells whoever asks with a token who they are', async () => {
  const { server } = await open()
  const octokit = await server.octokit('octo', ['repo', 'user'])
  const { status, data, headers } = await octokit.users.getAuthenticated()
  expect(data).toMatchObject({
    login: 'Octo',
    type: 'User',
    user_view_type: 'private',
    public_repos: 1,
    owned_private_repos: 1,
  })
  expect(headers['x-oauth-scopes']).toBe('repo, user')
  expect(faultsOf({ method: 'GET', path: '/user', status, body: data })).toEqual([])
})

it('shows a token without the scope user what everybody sees', async () => {
  const { server } = await open()
  const { status, data } = await (await server.octokit('octo', [])).users.getAuthenticated()
  expect(data).toMatchObject({ user_view_type: 'public', public_repos: 1 })
  expect(data).not.toHaveProperty('owned_private_repos')
  expect(faultsOf({ method: 'GET', path: '/user', status, body: data })).toEqual([])
})

it('asks who is there before it says who they are', async () => {
  const { server } = await open()
  const { status, text } = await rawRequest(server.apiUrl, '/user')
  expect(status).toBe(401)
  expect(JSON.parse(text)).toMatchObject({ message: 'Requires authentication' })
})

it.each(engines)('shows an account by name, in any case, and by id, on %s', async (engine) => {
  const { server, octo } = await open(engine)
  await server.user('mona')
  const mona = await server.octokit('mona')
  const { status, data } = await mona.users.getByUsername({ username: 'oCTO' })
  expect(data).toMatchObject({ id: octo.id, login: 'Octo', email: null, public_repos: 1 })
  expect(faultsOf({ method: 'GET', path: '/users/octo', status, body: data })).toEqual([])
  const byId = await mona.users.getById({ account_id: octo.id })
  expect(byId.data).toEqual(data)
})

it('finds nobody at hostile addresses', async () => {
  const { server } = await open()
  const paths = [
    '/users/nobody',
    '/users/%2e%2e',
    '/users/a%00b',
    '/users/a%0ab',
    `/users/${'x'.repeat(2000)}`,
    '/user/0',
    '/user/nobody',
    '/user/99999999999999999999',
    '/orgs/octo',
    '/orgs/%1b',
  ]
  for (const path of paths) {
    expect((await rawRequest(server.apiUrl, path)).status, path).toBe(404)
  }
})

it('shows an organization, and more of it to its members', async () => {
  const { server, octo } = await open()
  await createOrganization(server.app, 'acme', octo)
  await server.repository('acme', 'shop', { private: true })
  await server.user('mona')
  const mona = await server.octokit('mona', ['read:org'])
  const { status, data } = await mona.orgs.get({ org: 'ACME' })
  expect(data).toMatchObject({ login: 'acme', type: 'Organization', public_repos: 0 })
  expect(data).not.toHaveProperty('total_private_repos')
  expect(faultsOf({ method: 'GET', path: '/orgs/acme', status, body: data })).toEqual([])
  const member = await (await server.octokit('octo', ['read:org'])).orgs.get({ org: 'acme' })
  expect(member.data).toMatchObject({ total_private_repos: 1 })
  const body = member.data
  expect(faultsOf({ method: 'GET', path: '/orgs/acme', status, body })).toEqual([])
})

it.each(engines)("lists one's organizations page by page, on %s", async (engine) => {
  const { server, octo } = await open(engine)
  for (const login of ['acme', 'globex', 'initech']) {
    await createOrganization(server.app, login, octo)
  }
  const octokit = await server.octokit('octo', ['read:org'])
  const { status, data, headers } = await octokit.orgs.listForAuthenticatedUser({ per_page: 2 })
  expect(data.map((organization) => organization.login)).toEqual(['acme', 'globex'])
  expect(headers.link).toContain('rel="next"')
  expect(faultsOf({ method: 'GET', path: '/user/orgs', status, body: data })).toEqual([])
  const every = await octokit.paginate(octokit.orgs.listForAuthenticatedUser, { per_page: 2 })
  expect(every).toHaveLength(3)
})

it('keeps organizations from tokens that may not know of them', async () => {
  const { server } = await open()
  const octokit = await server.octokit('octo', ['repo'])
  expect((await refusalOf(octokit.orgs.listForAuthenticatedUser())).status).toBe(403)
})
