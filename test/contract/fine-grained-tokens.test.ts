import { Octokit } from '@octokit/rest'
import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import type { AdminRequest } from '../../src/admin/model.ts'
import { installedApp } from '../support/apps.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** Personal tokens with permissions: "Managing your personal access tokens" on docs.github.com. */

type Wanted = Partial<Extract<AdminRequest, { kind: 'create_fine_grained_token' }>>

/** octo has `open`, `one` and `two`, of which the last two are private; so has acme, which octo owns. */
async function open(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  const octo = await server.user('octo')
  await server.user('mona')
  await createOrganization(server.app, 'acme', octo)
  for (const owner of ['octo', 'acme']) {
    await server.repository(owner, 'open')
    await server.repository(owner, 'one', { private: true })
    await server.repository(owner, 'two', { private: true })
  }
  const create = (wanted: Wanted = {}) =>
    answerAdmin(server.app, {
      kind: 'create_fine_grained_token',
      user: 'octo',
      permissions: ['deployments=write'],
      owner: null,
      repositories: [],
      for_all: false,
      note: '',
      expires_at: new Date(Date.now() + 86_400_000).toISOString(),
      ...wanted,
    })

  async function token(wanted: Wanted): Promise<string> {
    const answer = await create(wanted)
    return answer.kind === 'done' ? (answer.output[0] ?? '') : answer.message
  }
  const as = (auth: string) => new Octokit({ baseUrl: server.apiUrl, auth })
  return { server, create, token, as }
}

it('is made by whoever runs the server, listed with what it may, and revoked', async () => {
  const { server, token, as } = await open()
  const text = await token({ permissions: ['deployments=write', 'contents=read'], for_all: true })
  const chosen = await token({ repositories: ['octo/two', 'OCTO/one', 'octo/one'] })
  expect(text).toMatch(/^slipway_pat_[\dA-Za-z]{36}$/)
  const listed = await answerAdmin(server.app, { kind: 'list_tokens', user: 'octo' })
  expect(listed).toMatchObject({
    kind: 'done',
    output: [
      expect.stringContaining(`…${text.slice(-8)}\tdeployments=write,contents=read at octo/*\t`),
      expect.stringContaining(`…${chosen.slice(-8)}\tdeployments=write at octo/one,octo/two\t`),
    ],
  })
  expect((await as(text).users.getAuthenticated()).data.login).toBe('octo')
  await answerAdmin(server.app, { kind: 'revoke_token', id: 1 })
  expect((await refusalOf(as(text).users.getAuthenticated())).status).toBe(401)
})

it.each([
  [{ permissions: ['deploy=write'] }, '"deploy" is not a permission. Known: actions, '],
  [{ permissions: ['metadata=write'] }, '"metadata=write" says no level: give metadata=read'],
  [{ permissions: ['statuses'] }, 'give statuses=read or statuses=write'],
  [{ user: 'acme' }, 'acme is no user'],
  [{ user: 'nobody' }, 'There is no account nobody'],
  [{ user: 'mona', owner: 'acme' }, 'mona is not in acme'],
  [{ repositories: ['acme/one'] }, 'acme/one does not belong to octo'],
  [{ repositories: ['octo/gone'] }, 'There is no repository octo/gone'],
  [{ owner: 'acme', for_all: true, expires_at: null }, 'A token for acme lives for 366 days'],
] satisfies [Wanted, string][])('is refused as %j, and told why', async (wanted, message) => {
  const { create } = await open()
  expect(await create(wanted)).toEqual({
    kind: 'refused',
    message: expect.stringContaining(message),
  })
})

const query = '{viewer{repositories(first: 9, ownerAffiliations: [OWNER]){totalCount nodes{name}}}}'

describe.each(engines)('lists show the private repositories that it is for, on %s', (engine) => {
  it('of the user and of organizations, by REST and GraphQL', async () => {
    const { server, token, as } = await open(engine)
    const own = await token({ for_all: true })
    const some = await token({ repositories: ['octo/two'] })
    const acmes = await token({ owner: 'acme', repositories: ['acme/one'] })
    const none = await token({ permissions: [] })

    const names = async (auth: string) => {
      const octokit = as(auth)
      const { data } = await octokit.repos.listForAuthenticatedUser({ sort: 'full_name' })
      const acme = await octokit.repos.listForOrg({ org: 'acme', sort: 'full_name' })
      const found = await octokit.graphql<Found>(query, { baseUrl: `${server.url}/api` })
      return {
        rest: data.map(({ full_name }) => full_name).join(' '),
        acme: acme.data.map(({ name }) => name).join(' '),
        graphql: found.viewer.repositories.nodes.map(({ name }) => name).join(' '),
      }
    }
    expect(await names(own)).toEqual({
      rest: 'acme/open octo/one octo/open octo/two',
      acme: 'open',
      graphql: 'open one two',
    })
    expect(await names(some)).toEqual({
      rest: 'acme/open octo/open octo/two',
      acme: 'open',
      graphql: 'open two',
    })
    expect(await names(acmes)).toEqual({
      rest: 'acme/one acme/open octo/open',
      acme: 'one open',
      graphql: 'open',
    })
    expect(await names(none)).toEqual({
      rest: 'acme/open octo/open',
      acme: 'open',
      graphql: 'open',
    })
  })

  it('to an App what its installation covers', async () => {
    const { server, as } = await open(engine)
    const permissions = { metadata: 'read' } as const
    const { token } = await installedApp(server, { owner: 'acme', permissions })
    const { data } = await as(token).repos.listForOrg({ org: 'acme', sort: 'full_name' })
    expect(data.map(({ name }) => name)).toEqual(['one', 'open', 'two'])
    const refusal = await refusalOf(as(token).repos.listForAuthenticatedUser())
    expect(refusal).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
  })
})

type Found = { viewer: { repositories: { nodes: { name: string }[] } } }

it('makes repositories where it administrates, and nothing of what else its user may', async () => {
  const { token, as } = await open()
  const admin = as(await token({ permissions: ['administration=write'], for_all: true }))
  const made = await admin.repos.createForAuthenticatedUser({ name: 'new', private: true })
  expect(made.status).toBe(201)
  const powerless = as(await token({ for_all: true }))
  const refusals = [
    () => admin.repos.createInOrg({ org: 'acme', name: 'new' }),
    () => powerless.repos.createForAuthenticatedUser({ name: 'newer' }),
  ]
  for (const ask of refusals) {
    expect(await refusalOf(ask())).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    })
  }
})

it('hears of no organizations, and of teams only where it is for their organization', async () => {
  const { server, token, as } = await open()
  const octo = await server.octokit('octo', ['admin:org'])
  await octo.teams.create({ org: 'acme', name: 'Web' })
  const acmes = as(await token({ owner: 'acme', permissions: ['members=read'] }))
  expect((await acmes.orgs.listForAuthenticatedUser()).data).toEqual([])
  const { data } = await acmes.teams.listForAuthenticatedUser()
  expect(data.map(({ slug }) => slug)).toEqual(['web'])
  const own = as(await token({ for_all: true }))
  expect((await refusalOf(own.teams.listForAuthenticatedUser())).status).toBe(403)
})
