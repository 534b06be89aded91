import { expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { rawRequest } from '../support/raw-request.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/enterprise-server/rest/enterprise-admin/users and /orgs */

async function open(engine = engines[0]) {
  const server = await startServer({ engine: engine ?? 'sqlite' })
  await server.user('root', { admin: true })
  const root = await server.octokit('root', ['site_admin'])
  return { server, root }
}

it.each(engines)(
  'a suspended user is kept out until they are let in again, on %s',
  async (engine) => {
    const { server, root } = await open(engine)
    await root.request('POST /admin/users', { login: 'mona' })
    const mona = await server.octokit('mona')
    expect((await mona.users.getAuthenticated()).data.login).toBe('mona')
    await root.request('PUT /users/mona/suspended')
    expect(await refusalOf(mona.users.getAuthenticated())).toMatchObject({
      status: 403,
      body: { message: 'Sorry. Your account was suspended.' },
    })
    await root.request('DELETE /users/mona/suspended')
    expect((await mona.users.getAuthenticated()).status).toBe(200)
  },
)

it('a site administrator acts for a user, with one token at a time', async () => {
  const { server, root } = await open()
  await server.user('mona')
  const impersonate = async () => {
    const path = 'POST /admin/users/mona/authorizations'
    const { data } = await root.request(path, { scopes: ['repo', 'public_repo'] })
    expect(data).toMatchObject({ scopes: ['repo'], token_last_eight: data.token.slice(-8) })
    return data.token
  }
  const status = async (token: string) =>
    (await rawRequest(server.apiUrl, '/user', { token })).status
  const first = await impersonate()
  expect(await status(first)).toBe(200)
  const second = await impersonate()
  expect([await status(first), await status(second)]).toEqual([401, 200])
  await root.request('DELETE /admin/users/mona/authorizations')
  expect(await status(second)).toBe(401)
})

it('a renamed account keeps its repositories', async () => {
  const { server, root } = await open()
  await server.user('mona')
  await server.repository('mona', 'hello')
  await root.request('PATCH /admin/users/mona', { login: 'Lisa' })
  expect((await root.repos.get({ owner: 'lisa', repo: 'hello' })).data.full_name).toBe('Lisa/hello')
  const removal = root.request('DELETE /admin/users/lisa')
  expect(await refusalOf(removal)).toMatchObject({ status: 422 })
})

it('for everybody else there is nothing', async () => {
  const { server } = await open()
  await server.user('mona')
  const clients = [
    await server.octokit('mona', ['site_admin']),
    await server.octokit('root', ['repo', 'admin:org', 'user']),
  ]
  for (const client of clients) {
    expect((await refusalOf(client.request('PUT /users/mona/suspended'))).status).toBe(404)
    const user = { login: 'other' }
    expect((await refusalOf(client.request('POST /admin/users', user))).status).toBe(404)
  }
})
