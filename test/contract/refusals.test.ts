import { request } from 'undici'
import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { issueToken, type NewToken } from '../../src/auth/tokens.ts'
import { installedApp } from '../support/apps.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Refusal, refusals } from './refusals.ts'

/** Each with the contract's body. What a full disk and too many requests are answered is tested where they are caused. */
it('every kind of refusal has its status, its words and its page', {
  timeout: 60_000,
}, async () => {
  const { ask } = await openPlace()
  for (const refusal of refusals) {
    const { status, body } = await ask(refusal)
    expect.soft({ why: refusal.why, status, body: JSON.parse(body) }).toEqual({
      why: refusal.why,
      status: refusal.status,
      body: {
        message: refusal.message,
        ...(refusal.errors ? { errors: refusal.errors } : {}),
        documentation_url: ['https://docs.github.com/rest', refusal.docs].filter(Boolean).join('/'),
        status: String(refusal.status),
      },
    })
  }
})

it('what is private is refused in the very bytes of what is not there', async () => {
  const { ask } = await openPlace()
  const asking = refusals.filter(({ ask: asked }) => asked.endsWith('/secret'))
  expect(asking.length).toBeGreaterThan(3)
  for (const refusal of asking) {
    const gone = await ask({ ...refusal, ask: refusal.ask.replace('secret', 'gone') })
    expect(await ask(refusal)).toEqual(gone)
  }
})

it('a request without a User-Agent is refused in plain text', async () => {
  const { server } = await openPlace()
  const answer = await request(`${server.apiUrl}/meta`)
  expect([answer.statusCode, await answer.body.text()]).toEqual([
    403,
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n',
  ])
})

/** octo has `open`, `secret`, `archived`, `empty` and the organisation acme; hubot may push to `open`, and is in acme. */
async function openPlace() {
  const server = await startServer()
  const tokens = await makeTokens(server)
  const open = await server.repository('octo', 'open')
  await server.repository('octo', 'empty')
  await server.repository('octo', 'secret', { private: true })
  await server.repository('octo', 'archived')
  await server.commit(open, { files: { a: 'a' } })
  await server.commit(open, { branch: 'topic', files: { a: 'b' } })
  const sha = await server.commit(open, { files: { a: 'c' } })
  const active = await setUp(server, sha)

  async function ask({ ask: asked, as = '', headers = {}, body }: Refusal) {
    const [method = '', path = ''] = asked.split(' ')
    const token = tokens.get(as)
    const sent = typeof body === 'object' ? JSON.stringify(body) : body
    const answer = await request(`${server.apiUrl}${path.replace(':active', String(active))}`, {
      method,
      headers: {
        'user-agent': 'test',
        ...headers,
        ...(token && { authorization: `token ${token}` }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    return { status: answer.statusCode, body: await answer.body.text() }
  }
  return { server, ask }
}

/** Gives the id of a deployment that is active. */
async function setUp(server: TestServer, sha: string): Promise<number> {
  const octokit = await server.octokit('octo', ['repo', 'admin:org'])
  const at = { owner: 'octo', repo: 'open' }
  await octokit.repos.update({ owner: 'octo', repo: 'archived', archived: true })
  await octokit.repos.addCollaborator({ ...at, username: 'hubot', permission: 'push' })
  await octokit.orgs.setMembershipForUser({ org: 'acme', username: 'hubot', role: 'member' })
  await octokit.teams.create({ org: 'acme', name: 'web' })
  await octokit.actions.createRepoVariable({ ...at, name: 'COLOUR', value: 'red' })
  await octokit.repos.createCommitStatus({ ...at, sha, context: 'build', state: 'failure' })
  const deployment = { ...at, ref: 'main', required_contexts: [] }
  const ids: number[] = []
  for (const _ of ['older', 'newer']) {
    const { data } = await octokit.repos.createDeployment(deployment)
    if (!('id' in data)) throw new Error(data.message)
    const success = {
      ...at,
      deployment_id: data.id,
      state: 'success',
      auto_inactive: false,
    } as const
    await octokit.repos.createDeploymentStatus(success)
    ids.push(data.id)
  }
  return ids[0] ?? 0
}

/** By whose they are, and what for. */
async function makeTokens(server: TestServer): Promise<ReadonlyMap<string, string>> {
  const { app } = server
  const octo = await server.user('octo')
  const suspended = await server.user('suspended')
  await server.user('mona')
  await server.user('hubot')
  await server.user('root', { admin: true })
  await createOrganization(app, 'acme', octo)
  const given = { account_id: octo.id, permissions: '{"contents":"read"}' }
  const ofOcto = { ...given, kind: 'fine-grained', resource_owner_id: octo.id } as const
  const issue = (wanted: NewToken) => app.store.transaction((tx) => issueToken(app, tx, wanted))
  const issued = {
    expired: { kind: 'personal', account_id: octo.id, expires_at: '2020-01-01T00:00:00.000Z' },
    'octo by permission': { ...ofOcto, repository_selection: 'all' },
    'octo by another repository': { ...ofOcto, repository_selection: 'selected' },
    suspended: { kind: 'personal', account_id: suspended.id },
  } satisfies Record<string, NewToken>
  const tokens = new Map<string, string>([['nobody', `slp_${'x'.repeat(36)}`]])
  for (const [name, wanted] of Object.entries(issued)) {
    tokens.set(name, (await issue(wanted)).token.reveal())
  }
  const root = await server.octokit('root', ['site_admin'])
  await root.request('PUT /users/suspended/suspended')
  const permissions = { metadata: 'read' } as const
  tokens.set('robot', (await installedApp(server, { permissions })).token)
  const scopes = ['repo', 'admin:org', 'admin:repo_hook']
  for (const login of ['octo', 'mona', 'hubot'])
    tokens.set(login, await server.token(login, scopes))
  tokens.set('octo without scopes', await server.token('octo', []))
  return tokens.set('octo by repo_deployment', await server.token('octo', ['repo_deployment']))
}
