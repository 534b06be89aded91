import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openWork } from '../git/repository.ts'
import { engines } from '../support/engines.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startReceiver } from '../support/receiver.ts'
import { payloadFaults } from '../support/webhook-schema.ts'
import { openPlace, outcomeOf } from './place.ts'

/** What an App's tokens see and do beside people's, and what everybody is told of it (contract 7.4). */

const deploys = { permissions: { deployments: 'write', contents: 'write' } }
const namesOf = (repositories: readonly { full_name: string }[]) =>
  repositories.map(({ full_name }) => full_name)

it("an App user's token acts as the person, where both of them may", async () => {
  const { server, register, install, userToken, octokit } = await openPlace()
  const { registered } = await register('ship', { permissions: { deployments: 'write' } })
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.commit(hello, { files: { 'a.txt': 'a' } })
  await server.repository('octo', 'hidden', { private: true })
  await install('ship', 'octo', [hello])
  const asOcto = octokit(await userToken('ship', 'octo'))
  const asMona = octokit(await userToken('ship', 'mona'))
  const at = { owner: 'octo', repo: 'hello' }
  const { data } = await asOcto.repos.createDeployment({ ...at, ref: 'main' })
  expect(data).toMatchObject({
    creator: { login: 'octo', type: 'User' },
    performed_via_github_app: { id: registered.id },
  })
  expect(await outcomeOf(asOcto.repos.getContent({ ...at, path: 'a.txt' }))).toBe(
    '403 Resource not accessible by integration',
  )
  expect(await outcomeOf(asOcto.repos.get({ ...at, repo: 'hidden' }))).toBe('404 Not Found')
  expect(await outcomeOf(asMona.repos.get(at))).toBe('404 Not Found')
  const plain = await server.octokit('octo')
  const { data: own } = await plain.repos.createDeployment({ ...at, ref: 'main' })
  expect(own).toMatchObject({ performed_via_github_app: null })
})

it.each(engines)('lists show a token what is private where it is for it, on %s', async (engine) => {
  const { server, register, install, installationToken, userToken, octokit } =
    await openPlace(engine)
  const { client } = await register('ship', deploys)
  await server.repository('octo', 'open')
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.repository('octo', 'hidden', { private: true })
  await server.repository('acme', 'site', { private: true })
  await install('ship', 'octo', [hello])
  const { id } = await install('ship', 'acme')
  const asOcto = octokit(await userToken('ship', 'octo'))
  const asBot = octokit(await installationToken(client, id))
  const own = await asOcto.repos.listForAuthenticatedUser()
  expect(namesOf(own.data)).toEqual(['acme/site', 'octo/hello', 'octo/open'])
  for (const one of [asOcto, asBot]) {
    const { data } = await one.repos.listForOrg({ org: 'acme' })
    expect(namesOf(data)).toEqual(['acme/site'])
  }
  const asMona = octokit(await userToken('ship', 'mona'))
  expect((await asMona.repos.listForOrg({ org: 'acme' })).data).toEqual([])
})

it.each(engines)('a person sees the installations that concern them, on %s', async (engine) => {
  const { server, register, install, userToken, octokit } = await openPlace(engine)
  await register('ship', deploys)
  await register('rival', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.repository('acme', 'site', { private: true })
  await install('rival', 'octo')
  const { id: atOcto } = await install('ship', 'octo', [hello])
  const { id: atAcme } = await install('ship', 'acme')
  const octo = await server.octokit('octo')
  const listedFor = async (login: string) => {
    const { rest } = octokit(await userToken('ship', login))
    const { data } = await rest.apps.listInstallationsForAuthenticatedUser()
    return data.installations.map(({ id }) => id)
  }
  expect(await listedFor('octo')).toEqual([atOcto, atAcme])
  expect(await listedFor('mona')).toEqual([])
  await octo.repos.addCollaborator({ owner: 'octo', repo: 'hello', username: 'mona' })
  expect(await listedFor('mona')).toEqual([atOcto])
  const { rest } = octokit(await userToken('ship', 'mona'))
  const at = { installation_id: atOcto }
  const { data } = await rest.apps.listInstallationReposForAuthenticatedUser(at)
  expect(data.repositories).toMatchObject([
    { full_name: 'octo/hello', permissions: { admin: false, push: true, pull: true } },
  ])
})

it('a person decides which of their repositories an installation is for', async () => {
  const { server, register, install } = await openPlace()
  await register('ship', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  const elsewhere = await server.repository('mona', 'own')
  const { id: installation_id } = await install('ship', 'octo', [hello])
  const { id: atAcme } = await install('ship', 'acme')
  const site = await server.repository('acme', 'site')
  const octo = (await server.octokit('octo')).apps
  const mona = (await server.octokit('mona')).apps
  const last = { installation_id, repository_id: hello.id }
  const all = { installation_id: atAcme, repository_id: site.id }
  const foreign = { installation_id, repository_id: elsewhere.id }
  const outcomes = [
    await outcomeOf(octo.removeRepoFromInstallationForAuthenticatedUser(last)),
    await outcomeOf(octo.removeRepoFromInstallationForAuthenticatedUser(all)),
    await outcomeOf(octo.addRepoToInstallationForAuthenticatedUser(all)),
    await outcomeOf(octo.addRepoToInstallationForAuthenticatedUser(foreign)),
    await outcomeOf(mona.addRepoToInstallationForAuthenticatedUser(last)),
  ]
  expect(outcomes).toEqual([
    '422 The last repository of an installation cannot be removed.',
    '422 The installation is for all repositories of its account.',
    'granted',
    '404 Not Found',
    '404 Not Found',
  ])
})

it("an App hands on a person's token for one account and for less", async () => {
  const { server, register, install, userToken, octokit } = await openPlace()
  const ship = await register('ship', deploys)
  const rival = await register('rival', deploys)
  const hello = await server.repository('octo', 'hello', { private: true })
  await server.commit(hello, { files: { 'a.txt': 'a' } })
  await server.repository('octo', 'other', { private: true })
  await server.repository('acme', 'site', { private: true })
  await install('ship', 'octo')
  await install('ship', 'acme')
  const access_token = await userToken('ship', 'octo')
  const { apps } = octokit('')
  const by = ({ registered: { client_id }, clientSecret }: typeof ship) => ({
    client_id,
    headers: { authorization: `Basic ${btoa(`${client_id}:${clientSecret}`)}` },
  })
  const wanted = { access_token, target: 'octo', repositories: ['hello'] }
  const permissions = { deployments: 'read' } as const
  const { data } = await apps.scopeToken({ ...by(ship), ...wanted, permissions })
  expect(data).toMatchObject({
    app: { client_id: ship.registered.client_id, name: 'ship' },
    user: { login: 'octo' },
    installation: {
      permissions: { deployments: 'read', metadata: 'read' },
      repository_selection: 'selected',
      account: { login: 'octo' },
    },
  })
  const { repos, apps: installations } = octokit(data.token)
  const { data: seen } = await repos.listForAuthenticatedUser()
  expect(namesOf(seen)).toEqual(['octo/hello'])
  const at = { owner: 'octo', repo: 'hello' }
  const forbidden = '403 Resource not accessible by integration'
  const outcomes = [
    await outcomeOf(repos.listDeployments(at)),
    await outcomeOf(repos.createDeployment({ ...at, ref: 'main' })),
    await outcomeOf(repos.listDeployments({ ...at, repo: 'other' })),
    await outcomeOf(repos.listDeployments({ owner: 'acme', repo: 'site' })),
    await outcomeOf(installations.listInstallationsForAuthenticatedUser()),
    await outcomeOf(apps.scopeToken({ ...by(ship), ...wanted, access_token: data.token })),
    await outcomeOf(apps.scopeToken({ ...by(rival), ...wanted })),
    await outcomeOf(apps.scopeToken({ ...by(ship), ...wanted, repositories: ['gone'] })),
  ]
  expect(outcomes).toEqual([
    'granted',
    forbidden,
    '404 Not Found',
    '404 Not Found',
    '403 You must authenticate with an access token authorized to a GitHub App in order to list installations',
    '404 Not Found',
    '404 Not Found',
    '422 There is at least one repository that does not exist or is not accessible to the parent installation.',
  ])
})

it('hooks are told who did it and through which App, and git takes its token', async () => {
  const { server, register, install, installationToken, octokit } = await openPlace()
  const permissions = { deployments: 'write', contents: 'write', statuses: 'write' }
  const { client } = await register('ship', { permissions, events: ['deployment', 'push'] })
  const hello = await server.repository('octo', 'hello', { private: true })
  const sha = await server.commit(hello, { files: { 'a.txt': 'a' } })
  const { id } = await install('ship', 'octo')
  const { url, received } = await startReceiver()
  const owner = await server.octokit('octo', ['repo', 'admin:repo_hook'])
  const at = { owner: 'octo', repo: 'hello' }
  const config = { url, content_type: 'json' }
  await owner.repos.createWebhook({ ...at, config, events: ['*'] })

  const token = await installationToken(client, id)
  const { repos } = octokit(token)
  const { data } = await repos.createDeployment({ ...at, ref: 'main' })
  const deployment_id = 'id' in data ? data.id : 0
  await repos.createDeploymentStatus({ ...at, deployment_id, state: 'success' })
  await repos.createCommitStatus({ ...at, sha, state: 'success' })
  const origin = `${server.url.replace('://', `://x-access-token:${token}@`)}/octo/hello.git`
  const work = await openWork(join(server.data, 'clone'), origin)
  await work.git('pull', '-q', 'origin', 'main')
  await work.commit('By the App', { 'b.txt': 'b' })
  await work.git('push', '-q', 'origin', 'HEAD:main')

  await vi.waitFor(() => expect(received).toHaveLength(5), { timeout: 20_000 })
  for (const { event, payload } of received.slice(1)) {
    expect.soft(payloadFaults(event, payload), event).toEqual([])
    expect.soft(payload, event).toMatchObject({ sender: { login: 'ship[bot]', type: 'Bot' } })
  }
  const made = received.find(({ event }) => event === 'deployment')
  const said = received.find(({ event }) => event === 'deployment_status')
  const through = { performed_via_github_app: { slug: 'ship' } }
  expect(made?.payload).toMatchObject({ deployment: through })
  expect(said?.payload).toMatchObject({ deployment: through, deployment_status: through })
})

it('what an App added to a repository stays when its token ends', async () => {
  const { server, register, install, installationToken, octokit } = await openPlace()
  const { client } = await register('ship', { permissions: { administration: 'write' } })
  await server.repository('octo', 'hello', { private: true })
  const { id } = await install('ship', 'octo')
  const { repos, apps } = octokit(await installationToken(client, id))
  const at = { owner: 'octo', repo: 'hello' }
  await repos.createDeployKey({ ...at, key: newPublicKey() })
  await apps.revokeInstallationAccessToken()
  const owner = await server.octokit('octo')
  expect((await owner.repos.listDeployKeys(at)).data).toMatchObject([{ added_by: 'ship[bot]' }])
})
