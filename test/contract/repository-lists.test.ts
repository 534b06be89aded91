import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { engines } from '../support/engines.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user */

const namesOf = (repositories: readonly { full_name: string }[]) =>
  repositories.map((repository) => repository.full_name)

describe.each(engines)('lists of repositories, on %s', (engine) => {
  /** octo owns two, collaborates on mona's private one and administers acme, which has two. */
  async function open() {
    const server = await startServer({ engine })
    const octo = await server.user('octo')
    await server.user('mona')
    await createOrganization(server.app, 'acme', octo)
    await server.repository('octo', 'open')
    await server.repository('octo', 'hidden', { private: true })
    await server.repository('mona', 'shared', { private: true })
    await server.repository('mona', 'own', { private: true })
    await server.repository('acme', 'shop', { private: true })
    await server.repository('acme', 'site')
    const mona = await server.octokit('mona')
    await mona.repos.addCollaborator({ owner: 'mona', repo: 'shared', username: 'octo' })
    return { server, mona, octokit: await server.octokit('octo') }
  }

  it('shows all that is mine, by name', async () => {
    const { octokit } = await open()
    const { status, data } = await octokit.repos.listForAuthenticatedUser()
    expect(namesOf(data)).toEqual([
      'acme/shop',
      'acme/site',
      'mona/shared',
      'octo/hidden',
      'octo/open',
    ])
    expect(data.map((repository) => repository.permissions?.admin)).toEqual([
      true,
      true,
      false,
      true,
      true,
    ])
    expect(faultsOf({ method: 'GET', path: '/user/repos', status, body: data })).toEqual([])
  })

  it('narrows by affiliation, visibility, type and time', async () => {
    const { octokit } = await open()
    const list = async (query: Readonly<Record<string, string>>) =>
      namesOf((await octokit.request('GET /user/repos', query)).data)
    expect(await list({ affiliation: 'owner' })).toEqual(['octo/hidden', 'octo/open'])
    expect(await list({ affiliation: 'collaborator' })).toEqual(['mona/shared'])
    expect(await list({ visibility: 'public' })).toEqual(['acme/site', 'octo/open'])
    expect(await list({ type: 'member' })).toEqual(['acme/shop', 'acme/site', 'mona/shared'])
    expect(await list({ type: 'private' })).toEqual(['acme/shop', 'mona/shared', 'octo/hidden'])
    expect(await list({ since: '2999-01-01T00:00:00Z' })).toEqual([])
    expect(await list({ before: '2999-01-01T00:00:00Z', type: 'owner' })).toHaveLength(2)
    expect(await list({ affiliation: 'nonsense', visibility: 'nonsense' })).toHaveLength(5)
  })

  it('sorts by what was asked, newest first unless by name', async () => {
    const { octokit } = await open()
    await octokit.repos.update({ owner: 'octo', repo: 'open', description: 'Touched' })
    const { data } = await octokit.repos.listForAuthenticatedUser({ sort: 'updated' })
    expect(namesOf(data)[0]).toBe('octo/open')
    const oldest = { sort: 'created', direction: 'asc', affiliation: 'owner' } as const
    const up = await octokit.repos.listForAuthenticatedUser(oldest)
    expect(namesOf(up.data)).toEqual(['octo/open', 'octo/hidden'])
    const pushed = await octokit.repos.listForAuthenticatedUser({ sort: 'pushed' })
    expect(pushed.data).toHaveLength(5)
  })

  it('goes from page to page', async () => {
    const { octokit } = await open()
    const pages = octokit.paginate.iterator(octokit.repos.listForAuthenticatedUser, { per_page: 2 })
    const seen: string[][] = []
    for await (const { data } of pages) seen.push(namesOf(data))
    expect(seen.map((page) => page.length)).toEqual([2, 2, 1])
    expect(new Set(seen.flat()).size).toBe(5)
  })

  it('shows a token without repo only what is public', async () => {
    const { server } = await open()
    const octokit = await server.octokit('octo', ['repo_deployment'])
    const { data } = await octokit.repos.listForAuthenticatedUser()
    expect(namesOf(data)).toEqual(['acme/site', 'octo/open'])
    const { data: ofAcme } = await octokit.repos.listForOrg({ org: 'acme' })
    expect(namesOf(ofAcme)).toEqual(['acme/site'])
  })

  it("shows a user's public ones to everybody", async () => {
    const { server, mona } = await open()
    const { status, data } = await mona.repos.listForUser({ username: 'Octo' })
    expect(namesOf(data)).toEqual(['octo/open'])
    const path = '/users/octo/repos'
    expect(faultsOf({ method: 'GET', path, status, body: data })).toEqual([])
    const all = await mona.repos.listForUser({ username: 'octo', type: 'all' })
    expect(namesOf(all.data)).toEqual(['acme/site', 'octo/open'])
    const headers = { 'user-agent': 'test' }
    const answer = await request(`${server.apiUrl}${path}`, { headers })
    const body = await answer.body.json()
    expect(body).toMatchObject([{ full_name: 'octo/open' }])
    expect(JSON.stringify(body)).not.toContain('permissions')
  })

  it("shows an organization's to its members, and the public ones to everybody", async () => {
    const { mona, octokit } = await open()
    const { status, data } = await octokit.repos.listForOrg({ org: 'acme' })
    expect(namesOf(data)).toEqual(['acme/site', 'acme/shop'])
    expect(faultsOf({ method: 'GET', path: '/orgs/acme/repos', status, body: data })).toEqual([])
    const hidden = await octokit.repos.listForOrg({ org: 'acme', type: 'private' })
    expect(namesOf(hidden.data)).toEqual(['acme/shop'])
    expect(namesOf((await mona.repos.listForOrg({ org: 'acme' })).data)).toEqual(['acme/site'])
  })

  it('refuses contradictions, and lists of whom it does not know', async () => {
    const { octokit } = await open()
    const contradiction = { type: 'owner', visibility: 'public' } as const
    const refused = await refusalOf(octokit.repos.listForAuthenticatedUser(contradiction))
    expect(refused.status).toBe(422)
    const nobody = octokit.repos.listForUser({ username: 'nobody\n' })
    expect((await refusalOf(nobody)).status).toBe(404)
    expect((await refusalOf(octokit.repos.listForOrg({ org: 'octo' }))).status).toBe(404)
  })
})
