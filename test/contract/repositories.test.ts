import { execFileSync } from 'node:child_process'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { createRepository } from '../../src/repositories/create-repository.ts'
import { engines } from '../support/engines.ts'
import { faultsOf } from '../support/openapi.ts'
import { rawRequest } from '../support/raw-request.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/repos */

async function open(scopes: readonly string[] = ['repo', 'delete_repo']) {
  const server = await startServer()
  await server.user('octo')
  return { server, octokit: await server.octokit('octo', scopes) }
}

const at = { owner: 'octo', repo: 'hello' }

type Method = 'GET' | 'PUT'

async function call({ apiUrl, token }: TestServer, method: Method, path: string) {
  return await rawRequest(apiUrl, path, { method, token: await token('octo', ['repo']) })
}

const hostileNames = [
  '',
  '.',
  '..',
  'a b',
  '../x',
  'a/b',
  'a\u0000b',
  'a\nb',
  'hello.git',
  'ünï',
  'x'.repeat(101),
]

const hostilePaths = [
  '/repos/octo/..',
  '/repos/octo/%2e%2e',
  '/repos/%2e%2e/%2e%2e',
  '/repos/octo/..%2f..%2fetc',
  '/repos/octo/a%00b',
  '/repos/octo/a%0ab',
  '/repos/octo/%1b%5b31m',
  `/repos/octo/${'x'.repeat(3000)}`,
  "/repos/octo/'%20or%201=1--",
  '/repos/octo/%F0%9F%9A%80',
  '/repositories/0',
  '/repositories/-1',
  '/repositories/99999999999999999999',
  '/repositories/1e3',
  '/repos/octo/hello/collaborators/%2e%2e',
  '/repos/octo/hello/collaborators/a%00b',
]

describe('creating a repository', () => {
  it("answers 201 with GitHub's whole object and its address", async () => {
    const { octokit, server } = await open()
    const answer = await octokit.repos.createForAuthenticatedUser({
      name: 'hello',
      description: 'A greeting',
      homepage: 'https://hello.example.com',
    })
    const { status, data, headers } = answer
    expect(status).toBe(201)
    expect(headers.location).toBe(`${server.apiUrl}/repos/octo/hello`)
    expect(faultsOf({ method: 'POST', path: '/user/repos', status, body: data })).toEqual([])
    expect(data).toMatchObject({
      full_name: 'octo/hello',
      private: false,
      description: 'A greeting',
      homepage: 'https://hello.example.com',
      default_branch: 'main',
      permissions: { admin: true, push: true, pull: true },
    })
    expect(await server.app.git.defaultBranch(data.id)).toBe('main')
  })

  it('begins with a README where that is asked for', async () => {
    const { octokit, server } = await open()
    const asked = { name: 'hello', description: 'A greeting 👋', auto_init: true }
    const { data } = await octokit.repos.createForAuthenticatedUser(asked)
    const head = await server.app.git.resolve(data.id, 'main')
    const commit = await server.app.git.commit(data.id, head?.sha ?? '')
    expect(commit).toMatchObject({
      message: 'Initial commit',
      parents: [],
      author: { name: 'octo' },
    })
    const shown = execFileSync('git', ['show', 'main:README.md'], {
      cwd: server.app.git.path(data.id),
    })
    expect(shown.toString()).toBe('# hello\nA greeting 👋\n')
    execFileSync('git', ['fsck', '--strict'], { cwd: server.app.git.path(data.id), stdio: 'pipe' })
  })

  it('takes a name once for each owner, whatever its case', async () => {
    const { octokit } = await open()
    await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    const again = octokit.repos.createForAuthenticatedUser({ name: 'HELLO' })
    expect(await refusalOf(again)).toMatchObject({
      status: 422,
      body: {
        message: 'Repository creation failed.',
        errors: [
          {
            resource: 'Repository',
            code: 'custom',
            field: 'name',
            message: 'name already exists on this account',
          },
        ],
      },
    })
  })

  it('gives a name to one of several that ask at once, and leaves no folder of the others', async () => {
    const { octokit, server } = await open()
    const asked = Array.from({ length: 5 }, () =>
      octokit.repos.createForAuthenticatedUser({ name: 'hello' }),
    )
    const answers = await Promise.allSettled(asked)
    const made = answers.filter((answer) => answer.status === 'fulfilled')
    expect(made).toHaveLength(1)
    const { data } = await octokit.repos.get(at)
    const ids = Array.from({ length: 10 }, (_, index) => index + 1)
    const folders = await Promise.all(ids.map((id) => server.app.git.exists(id)))
    expect(ids.filter((_, index) => folders[index])).toEqual([data.id])
  })

  it('leaves nothing to be found when the folder cannot be made', async () => {
    const { octokit, server } = await open()
    const create = () => Promise.reject(new Error('No space left on device'))
    const full = { ...server.app, git: { ...server.app.git, create } }
    const octo = await findAccount(server.app.store.read, 'octo')
    const nothing = { private: false, description: null, homepage: null, firstAuthor: null }
    await expect(createRepository(full, octo, { name: 'hello', ...nothing })).rejects.toThrow(
      'No space left on device',
    )
    expect((await refusalOf(octokit.repos.get(at))).status).toBe(404)
    expect((await octokit.repos.createForAuthenticatedUser({ name: 'hello' })).status).toBe(201)
  })

  it('refuses hostile and impossible names', async () => {
    const { octokit } = await open()
    for (const name of hostileNames) {
      const refusal = await refusalOf(octokit.repos.createForAuthenticatedUser({ name }))
      expect(refusal, JSON.stringify(name)).toMatchObject({
        status: 422,
        body: { message: 'Validation Failed', errors: [{ resource: 'Repository', field: 'name' }] },
      })
    }
  })

  it.each([
    [{ description: 'x'.repeat(351) }, 'description'],
    [{ description: 'a\u0007b' }, 'description'],
    [{ homepage: 'javascript:alert(1)' }, 'homepage'],
    [{ homepage: `https://x.example.com/${'x'.repeat(300)}` }, 'homepage'],
  ])('refuses %j', async (field, name) => {
    const { octokit } = await open()
    const asked = octokit.repos.createForAuthenticatedUser({ name: 'hello', ...field })
    expect(await refusalOf(asked)).toMatchObject({
      status: 422,
      body: { errors: [{ field: name }] },
    })
  })

  it('asks for a name', async () => {
    const { octokit } = await open()
    expect(await refusalOf(octokit.request('POST /user/repos'))).toMatchObject({
      status: 422,
      body: { message: "Invalid request.\n\nFor 'links/0/schema', nil is not an object." },
    })
  })

  it('lets public_repo make public repositories only', async () => {
    const { octokit } = await open(['public_repo'])
    const { data } = await octokit.repos.createForAuthenticatedUser({ name: 'open' })
    expect(data.visibility).toBe('public')
    const hidden = octokit.repos.createForAuthenticatedUser({ name: 'hidden', private: true })
    expect(await refusalOf(hidden)).toMatchObject({
      status: 403,
      body: { message: 'This token needs the scope repo.' },
    })
  })

  it('makes nothing for a token that reaches deployments only, nor for nobody', async () => {
    const { octokit, server } = await open(['repo_deployment'])
    const asked = octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    expect((await refusalOf(asked)).status).toBe(403)
    const url = `${server.apiUrl}/user/repos`
    const headers = { 'user-agent': 'test' }
    const anonymous = await request(url, { method: 'POST', headers, body: '{"name":"hello"}' })
    expect(anonymous.statusCode).toBe(401)
    await anonymous.body.dump()
  })

  it("makes an organization's for its administrators, and for nobody else", async () => {
    const { octokit, server } = await open()
    const octo = await findAccount(server.app.store.read, 'octo')
    await createOrganization(server.app, 'acme', octo)
    await server.user('mona')
    const { status, data } = await octokit.repos.createInOrg({ org: 'acme', name: 'shop' })
    expect(data).toMatchObject({ full_name: 'acme/shop', organization: { login: 'acme' } })
    expect(faultsOf({ method: 'POST', path: '/orgs/acme/repos', status, body: data })).toEqual([])
    const mona = await server.octokit('mona')
    expect((await refusalOf(mona.repos.createInOrg({ org: 'acme', name: 'x' }))).status).toBe(403)
    expect((await refusalOf(mona.repos.createInOrg({ org: 'octo', name: 'x' }))).status).toBe(404)
  })
})

describe('getting a repository', () => {
  it('shows a public one to anybody, and what they may do to whoever is signed in', async () => {
    const { octokit, server } = await open()
    await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    const { data } = await octokit.repos.get({ owner: 'OCTO', repo: 'Hello' })
    expect(data.permissions).toMatchObject({ admin: true })
    const headers = { 'user-agent': 'test' }
    const anonymous = await request(`${server.apiUrl}/repos/octo/hello`, { headers })
    const body = await anonymous.body.json()
    expect(body).not.toHaveProperty('permissions')
    expect(faultsOf({ method: 'GET', path: '/repos/octo/hello', status: 200, body })).toEqual([])
  })

  it('answers by id as by name', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    const byId = await octokit.request('GET /repositories/{id}', { id: data.id })
    expect(byId.data).toEqual((await octokit.repos.get(at)).data)
  })

  it('hides a private one from strangers and from tokens without repo', async () => {
    const { octokit, server } = await open()
    await octokit.repos.createForAuthenticatedUser({ name: 'hello', private: true })
    await server.user('mona')
    for (const [login, scopes] of [
      ['mona', ['repo']],
      ['octo', ['repo_deployment']],
      ['octo', ['public_repo']],
    ] as const) {
      const other = await server.octokit(login, scopes)
      expect((await refusalOf(other.repos.get(at))).status).toBe(404)
    }
  })

  it('finds nothing at hostile addresses', async () => {
    const { octokit, server } = await open()
    await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    for (const path of hostilePaths) {
      expect((await call(server, 'GET', path)).status, path).toBe(404)
    }
  })

  it('refuses a path that is no text, and one without an end', async () => {
    const { server } = await open()
    expect((await call(server, 'GET', '/repos/octo/%ff%fe')).status).toBe(400)
    expect((await call(server, 'GET', `/repos/octo/${'x'.repeat(6000)}`)).status).toBe(400)
  })
})

describe.each(engines)('renaming a repository, on %s', (engine) => {
  async function openRenamed() {
    const server = await startServer({ engine })
    await server.user('octo')
    const octokit = await server.octokit('octo')
    const { data } = await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    await octokit.repos.update({ ...at, name: 'goodbye' })
    return { server, octokit, id: data.id }
  }

  it('leads from the old name to the new one: 301 for GET, 307 for the rest', async () => {
    const { server, octokit, id } = await openRenamed()
    const got = await call(server, 'GET', '/repos/octo/hello?x=1')
    expect(got.status).toBe(301)
    expect(got.headers['location']).toBe(`${server.apiUrl}/repositories/${id}?x=1`)
    expect(JSON.parse(got.text)).toEqual({
      message: 'Moved Permanently',
      url: got.headers['location'],
      documentation_url: 'https://docs.github.com/v3/#http-redirects',
    })
    const put = await call(server, 'PUT', '/repos/octo/hello/collaborators/octo')
    expect(put.status).toBe(307)
    expect(put.headers['location']).toBe(`${server.apiUrl}/repositories/${id}/collaborators/octo`)
    expect((await octokit.repos.get(at)).data.full_name).toBe('octo/goodbye')
  })

  it('ends the redirect once a new repository has the old name', async () => {
    const { octokit, id } = await openRenamed()
    const { data } = await octokit.repos.createForAuthenticatedUser({ name: 'hello' })
    expect(data.id).not.toBe(id)
    expect((await octokit.repos.get(at)).data.id).toBe(data.id)
  })

  it('lets the repository have its old name back', async () => {
    const { octokit, id } = await openRenamed()
    await octokit.repos.update({ owner: 'octo', repo: 'goodbye', name: 'hello' })
    expect((await octokit.repos.get(at)).data).toMatchObject({ id, name: 'hello' })
    const old = await octokit.repos.get({ owner: 'octo', repo: 'goodbye' })
    expect(old.data.id).toBe(id)
  })

  it('refuses a name that another one has, and may change the case of its own', async () => {
    const { octokit } = await openRenamed()
    await octokit.repos.createForAuthenticatedUser({ name: 'other' })
    const goodbye = { owner: 'octo', repo: 'goodbye' }
    expect(await refusalOf(octokit.repos.update({ ...goodbye, name: 'Other' }))).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name', message: 'name already exists on this account' }] },
    })
    const { data } = await octokit.repos.update({ ...goodbye, name: 'GoodBye' })
    expect(data.name).toBe('GoodBye')
  })
})
