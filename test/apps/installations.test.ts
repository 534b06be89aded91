import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { openPlace, outcomeOf } from './place.ts'

/** GitHub Apps as the unmodified `octokit` drives them (contract 7.4 and 7.8). */

const deploys = { permissions: { deployments: 'write', contents: 'read' } }

it.each(engines)('an App finds its installations and acts as its bot, on %s', async (engine) => {
  const { server, register, install } = await openPlace(engine)
  const { registered, client } = await register('Ship It', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.commit(hello, { files: { 'a.txt': 'a' } })
  await server.repository('octo', 'other', { private: true })
  const { id } = await install('ship-it', 'octo', [hello])

  const { data: self } = await client.octokit.rest.apps.getAuthenticated()
  expect(self).toMatchObject({ id: registered.id, slug: 'ship-it', installations_count: 1 })

  const seen: string[] = []
  await client.eachRepository(({ repository }) => {
    seen.push(repository.full_name)
  })
  expect(seen).toEqual(['octo/hello'])

  const octokit = await client.getInstallationOctokit(id)
  const at = { owner: 'octo', repo: 'hello' }
  const made = await octokit.rest.repos.createDeployment({ ...at, ref: 'main' })
  expect(made.data).toMatchObject({
    creator: { login: 'ship-it[bot]', type: 'Bot', html_url: `${server.url}/apps/ship-it` },
    performed_via_github_app: { id: registered.id, slug: 'ship-it', owner: { login: 'octo' } },
  })
  const deployment_id = 'id' in made.data ? made.data.id : 0
  const status = await octokit.rest.repos.createDeploymentStatus({
    ...at,
    deployment_id,
    state: 'success',
  })
  const { data: listed } = await octokit.rest.repos.listDeployments(at)
  const { data: statuses } = await octokit.rest.repos.listDeploymentStatuses({
    ...at,
    deployment_id,
  })
  expect(listed[0]?.performed_via_github_app).toEqual(
    'performed_via_github_app' in made.data && made.data.performed_via_github_app,
  )
  expect(statuses).toEqual([status.data])
  const { data: bot } = await octokit.rest.users.getByUsername({ username: 'ship-it[bot]' })
  expect(bot).toMatchObject({ login: 'ship-it[bot]', type: 'Bot' })
})

it('what the installation was not granted, and not for, it may not', async () => {
  const { server, register, install, installationToken, octokit } = await openPlace()
  const { client } = await register('ship', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.repository('octo', 'hidden', { private: true })
  await server.repository('octo', 'open')
  const { id } = await install('ship', 'octo', [hello])
  const { rest } = octokit(await installationToken(client, id))
  const at = { owner: 'octo', repo: 'hello' }
  const noAccess = '403 Resource not accessible by integration'
  const refusals = {
    hooks: await outcomeOf(rest.repos.listWebhooks(at)),
    environment: await outcomeOf(
      rest.repos.createOrUpdateEnvironment({ ...at, environment_name: 'production' }),
    ),
    hidden: await outcomeOf(rest.repos.listDeployments({ ...at, repo: 'hidden' })),
    open: await outcomeOf(rest.repos.createDeployment({ ...at, repo: 'open', ref: 'main' })),
    user: await outcomeOf(rest.users.getAuthenticated()),
    repositories: await outcomeOf(rest.repos.listForAuthenticatedUser()),
    installations: await outcomeOf(rest.apps.listInstallationsForAuthenticatedUser()),
    app: await outcomeOf(rest.apps.getAuthenticated()),
  }
  expect(refusals).toEqual({
    hooks: noAccess,
    environment: noAccess,
    hidden: '404 Not Found',
    open: noAccess,
    user: noAccess,
    repositories: noAccess,
    installations: noAccess,
    app: '401 A JSON web token could not be decoded',
  })
  const { data: seen } = await rest.repos.get(at)
  expect(seen.permissions).toMatchObject({ admin: false, push: false, pull: true })
  const { headers } = await rest.repos.listDeployments(at)
  expect(headers).toMatchObject({ 'x-accepted-github-permissions': 'deployments=read' })
  expect(headers).not.toHaveProperty('x-oauth-scopes')
})

it('a token may be less than its installation, and never more', async () => {
  const { server, register, install, octokit } = await openPlace()
  const { client } = await register('ship', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.repository('octo', 'world', { private: true })
  const { id: installation_id } = await install('ship', 'octo')
  const { apps } = client.octokit.rest
  const narrow = (narrowing: object) =>
    apps.createInstallationAccessToken({ installation_id, ...narrowing })

  const whole = await narrow({})
  expect(whole.data).toMatchObject({
    permissions: { deployments: 'write', contents: 'read', metadata: 'read' },
    repository_selection: 'all',
  })
  expect(whole.data).not.toHaveProperty('repositories')
  const lifetime = Date.parse(whole.data.expires_at) - server.app.now().getTime()
  expect(lifetime).toBeGreaterThan(3_500_000)
  expect(lifetime).toBeLessThanOrEqual(3_600_000)

  const part = await narrow({ repositories: ['Hello'], permissions: { deployments: 'read' } })
  expect(part.data).toMatchObject({
    permissions: { deployments: 'read', metadata: 'read' },
    repository_selection: 'selected',
    repositories: [{ id: hello.id, permissions: { pull: true, push: false } }],
  })
  const { rest } = octokit(part.data.token)
  const reposOf = await rest.apps.listReposAccessibleToInstallation()
  expect(reposOf.data).toMatchObject({
    total_count: 1,
    repository_selection: 'selected',
    repositories: [{ full_name: 'octo/hello' }],
  })
  const at = { owner: 'octo', repo: 'hello' }
  expect(await outcomeOf(rest.repos.listDeployments(at))).toBe('granted')
  expect(await outcomeOf(rest.repos.listDeployments({ ...at, repo: 'world' }))).toContain('404')
  expect(await outcomeOf(rest.repos.createDeployment({ ...at, ref: 'main' }))).toContain('403')

  const unknown =
    '422 There is at least one repository that does not exist or is not accessible to the parent installation.'
  const notGranted = '422 The permissions requested are not granted to this installation.'
  expect(await outcomeOf(narrow({ repositories: ['gone'] }))).toBe(unknown)
  expect(await outcomeOf(narrow({ repository_ids: [hello.id, 999] }))).toBe(unknown)
  expect(await outcomeOf(narrow({ permissions: { contents: 'write' } }))).toBe(notGranted)
  expect(await outcomeOf(narrow({ permissions: { statuses: 'read' } }))).toBe(notGranted)

  expect((await rest.apps.revokeInstallationAccessToken()).status).toBe(204)
  expect(await outcomeOf(rest.repos.listDeployments(at))).toBe('401 Bad credentials')
})

it('suspending, deleting and taking a repository away end at once what a token opens', async () => {
  const { server, register, install, installationToken, octokit } = await openPlace()
  const { client } = await register('ship', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  const world = await server.repository('octo', 'world', { private: true })
  const { id: installation_id } = await install('ship', 'octo', [hello, world])
  const { rest } = octokit(await installationToken(client, installation_id))
  const owner = await server.octokit('octo')
  const { apps } = client.octokit.rest
  const look = (repo: string) => outcomeOf(rest.repos.listDeployments({ owner: 'octo', repo }))

  expect(await look('world')).toBe('granted')
  const place = { installation_id, repository_id: world.id }
  await owner.apps.removeRepoFromInstallationForAuthenticatedUser(place)
  expect(await look('world')).toBe('404 Not Found')
  await owner.apps.addRepoToInstallationForAuthenticatedUser(place)
  expect(await look('world')).toBe('granted')

  await apps.suspendInstallation({ installation_id })
  expect(await look('hello')).toBe('403 This installation has been suspended')
  const { data: suspended } = await apps.getInstallation({ installation_id })
  expect(suspended.suspended_by).toMatchObject({ login: 'ship[bot]' })
  const taking = apps.createInstallationAccessToken({ installation_id })
  expect(await outcomeOf(taking)).toBe('403 This installation has been suspended')
  await apps.unsuspendInstallation({ installation_id })
  expect(await look('hello')).toBe('granted')

  // The newest version of the API accepts it, the older one says that it is done.
  const headers = { 'x-github-api-version': '2026-03-10' }
  expect((await apps.deleteInstallation({ installation_id, headers })).status).toBe(202)
  expect(await look('hello')).toBe('401 Bad credentials')
})

it('nobody but its owner installs an App that is not public, or knows of it', async () => {
  const { server, register, install, installationToken, octokit } = await openPlace()
  const { client } = await register('Inner', { ...deploys, isPublic: false })
  await expect(install('inner', 'mona')).rejects.toThrow('inner is not public')
  const asMona = await server.octokit('mona')
  const asOcto = await server.octokit('octo')
  const app_slug = 'inner'
  expect(await outcomeOf(asMona.apps.getBySlug({ app_slug }))).toBe('404 Not Found')
  expect(await outcomeOf(asOcto.apps.getBySlug({ app_slug }))).toBe('granted')
  const { id } = await install('inner', 'octo')
  const asItself = octokit(await installationToken(client, id))
  expect(await outcomeOf(asItself.apps.getBySlug({ app_slug }))).toBe('granted')
})

it('an App is asked about where it is installed, and told nothing of where it is not', async () => {
  const { server, register, install } = await openPlace()
  const { client } = await register('ship', deploys)
  const { client: rival } = await register('rival', deploys)
  await server.repository('acme', 'site', { private: true })
  await server.repository('octo', 'hello', { private: true })
  const { id } = await install('ship', 'acme')
  const { apps } = client.octokit.rest
  const site = { owner: 'acme', repo: 'site' }
  const { data } = await apps.getRepoInstallation(site)
  expect(data).toMatchObject({ id, target_type: 'Organization', account: { login: 'acme' } })
  expect((await apps.getOrgInstallation({ org: 'acme' })).data).toEqual(data)
  expect((await apps.listInstallations({ since: '2020-01-01T00:00:00Z' })).data).toEqual([data])
  expect((await apps.listInstallations({ since: '2100-01-01T00:00:00Z' })).data).toEqual([])
  expect((await apps.listInstallations({ outdated: 'true' })).data).toEqual([])
  expect(await outcomeOf(apps.getUserInstallation({ username: 'octo' }))).toContain('404')
  expect(await outcomeOf(apps.getRepoInstallation({ owner: 'octo', repo: 'hello' }))).toContain(
    '404',
  )
  const others = rival.octokit.rest.apps
  expect(await outcomeOf(others.getRepoInstallation(site))).toContain('404')
  expect(await outcomeOf(others.getInstallation({ installation_id: id }))).toContain('404')
})

it.each(engines)('what names no App is refused, whatever it is, on %s', async (engine) => {
  const { server } = await openPlace(engine)
  const ask = async (authorization: string, asked: string) => {
    const [method = '', path] = asked.split(' ')
    const headers = { authorization, 'user-agent': 'test' }
    const { status } = await fetch(`${server.apiUrl}${path}`, { method, headers })
    return status
  }
  const jwt = (claims: object) =>
    `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.e30`
  for (const name of ['gone', '999999', '\0', 'x'.repeat(9000), ':', '']) {
    expect.soft(await ask(jwt({ iss: name }), 'GET /app'), name).toBe(404)
    const basic = `Basic ${Buffer.from(`${name}:secret`).toString('base64')}`
    expect.soft(await ask(basic, 'POST /applications/x/token/scoped'), name).toBe(401)
  }
})

it('an App that signs nonsense hears which claim is wrong', async () => {
  const { server, register } = await openPlace()
  const { registered, privateKey } = await register('ship', deploys)
  const seconds = Math.floor(server.app.now().getTime() / 1000)
  const right = { iss: registered.id, iat: seconds - 60, exp: seconds + 540 }
  const key = createPrivateKey(privateKey)
  async function answerTo(claims: object): Promise<string> {
    const unsigned = new SignJWT(JSON.parse(JSON.stringify({ ...right, ...claims })))
    const jwt = await unsigned.setProtectedHeader({ alg: 'RS256' }).sign(key)
    const headers = { authorization: `Bearer ${jwt}`, 'user-agent': 'test' }
    const answer = await fetch(`${server.apiUrl}/app`, { headers })
    const { message = '' } = (await answer.json()) as { message?: string }
    return `${answer.status} ${message}`.trim()
  }
  const issuer = `401 'Issuer' claim ('iss') must be an Integer or the client id of the App`
  const expiry = `401 'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires`
  const issued = `401 'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued`
  const tooFar = `401 'Expiration time' claim ('exp') is too far in the future`
  const unknown = '404 Integration not found'
  const cases: [object, string][] = [
    [{}, '200'],
    [{ iss: String(registered.id) }, '200'],
    [{ iss: registered.client_id }, '200'],
    [{ iss: registered.id + 1 }, unknown],
    [{ iss: 'Iv23nobody' }, unknown],
    [{ iss: [registered.id] }, issuer],
    [{ iss: registered.id + 0.5 }, issuer],
    [{ iss: null }, issuer],
    [{ iss: undefined }, issuer],
    [{ exp: seconds + 600 }, '200'],
    [{ exp: seconds + 720 }, tooFar],
    [{ exp: seconds - 120 }, expiry],
    [{ exp: String(seconds + 60) }, expiry],
    [{ exp: undefined }, expiry],
    [{ iat: seconds + 30 }, '200'],
    [{ iat: seconds + 120 }, issued],
    [{ iat: String(seconds) }, issued],
    [{ iat: undefined }, issued],
    [{ nbf: seconds + 300 }, '401 A JSON web token could not be decoded'],
  ]
  for (const [claims, expected] of cases) {
    expect([claims, await answerTo(claims)]).toEqual([claims, expected])
  }
})
