import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Octokit } from '@octokit/rest'
import { verify } from '@octokit/webhooks-methods'
import { describe, expect, it, vi } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import type { Repository } from '../../src/repositories/model.ts'
import { openWork } from '../git/repository.ts'
import { hookedApp } from '../support/apps.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { payloadFaults } from '../support/webhook-schema.ts'
import { makeKey, sshOptions } from '../transports/world.ts'

/** Every event there is, caused for real, received by a third party and held to the community's schemas (contract 6.6–6.8). */

const secret = "It's a Secret to Everybody"
const settings = { webhook_allow: '127.0.0.0/8' }

const cases = (['octo', 'acme'] as const).flatMap((owner) =>
  (['form', 'json'] as const).map((content_type) => ({
    owner,
    content_type,
    transport: content_type === 'form' ? ('HTTP' as const) : ('SSH' as const),
  })),
)
type Case = (typeof cases)[number]

describe.each(cases)(
  'a repository of $owner, pushed to over $transport, told as $content_type',
  (how) => {
    it('tells everything to hooks of all kinds, so that others understand it', {
      timeout: 60_000,
    }, async () => {
      const { listeners, repository } = await causeEverything(how)
      for (const listener of listeners) {
        const { received, target } = listener
        expect.soft(countsOf(received), target).toEqual(expectedAt(target))
        for (const one of received) {
          const { event, payload } = one
          expect.soft(payloadFaults(event, payload), event).toEqual([])
          await expectGenuine(one, listener)
          const isOfOwner =
            event === 'installation' || (event === 'ping' && target !== 'repository')
          if (!isOfOwner) expectFrame(one, { how, repository, isToApp: target === 'integration' })
        }
        expectDetails(received, target)
      }
    })
  },
)

type Frame = {
  readonly how: Case
  readonly repository: { readonly id: number }
  readonly isToApp: boolean
}

function expectFrame({ event, payload }: Received, { how, repository, isToApp }: Frame): void {
  const isOfOrganization = how.owner === 'acme'
  expect.soft(payload, event).toMatchObject({
    repository: { id: repository.id, full_name: `${how.owner}/hello`, private: true },
    sender: { login: 'octo', type: 'User' },
    ...(isOfOrganization && { organization: { login: 'acme' } }),
  })
  expect.soft('organization' in payload, event).toBe(isOfOrganization)
  expect.soft('installation' in payload, event).toBe(isToApp)
}

const expectedCounts = {
  ping: 1,
  'deploy_key created': 1,
  'deploy_key deleted': 1,
  create: 3,
  push: 5,
  delete: 1,
  status: 4,
  'deployment created': 1,
  'deployment_status created': 6,
}

/** An App hears of its installation besides. */
const expectedAt = (target: Target) =>
  target === 'integration' ? { ...expectedCounts, 'installation created': 1 } : expectedCounts

/** A ping is sent to whoever it is about. */
const subscribed = new Set(Object.keys(expectedCounts).map((name) => name.replace(/ .*/, '')))
subscribed.delete('ping')

const nameOf = ({ event, payload }: Received) =>
  payload.action === undefined ? event : `${event} ${payload.action}`

function countsOf(received: readonly Received[]): Record<string, number> {
  const groups = Map.groupBy(received, nameOf)
  return Object.fromEntries([...groups].map(([name, events]) => [name, events.length]))
}

async function causeEverything({ owner, content_type, transport }: Case) {
  const server = await startServer({ settings })
  const octo = await server.user('octo')
  await createOrganization(server.app, 'acme', octo)
  const repository = await server.repository(owner, 'hello', { private: true })
  const octokit = await server.octokit('octo', ['repo', 'admin:org_hook'])
  const at = { owner, repo: 'hello' }
  const listeners = await listen({ server, octokit, repository }, { owner, content_type })

  const keyFile = await makeKey(join(server.data, 'key'))
  const key = await readFile(`${keyFile}.pub`, 'utf8')
  const { data: made } = await octokit.repos.createDeployKey({ ...at, key })
  const sha = await push(server, { owner, transport, keyFile })
  for (const state of ['pending', 'error', 'failure', 'success'] as const) {
    await octokit.repos.createCommitStatus({ ...at, sha, state, context: 'ci' })
  }
  const { data } = await octokit.repos.createDeployment({ ...at, ref: 'main', payload: { a: 1 } })
  const deployment_id = 'id' in data ? data.id : 0
  for (const state of [...toldStates, 'inactive'] as const) {
    await octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })
  }
  await octokit.repos.deleteDeployKey({ ...at, key_id: made.id })
  for (const { received, target } of listeners) {
    const total = Object.values(expectedAt(target)).reduce((sum, count) => sum + count, 0)
    await vi.waitFor(() => expect(received.length).toBe(total), { timeout: 20_000, interval: 50 })
  }
  return { listeners, repository }
}

type Target = 'repository' | 'organization' | 'integration'

type Listener = {
  readonly received: readonly Received[]
  readonly target: Target
  readonly targetId: number
  readonly hookId?: number
  readonly content_type: Case['content_type']
}

type Stage = {
  readonly server: TestServer
  readonly octokit: Octokit
  readonly repository: Repository
}

/** A hook of each kind that hears of what happens in the repository, and its receiver. */
async function listen(
  { server, octokit, repository }: Stage,
  { owner, content_type }: Pick<Case, 'owner' | 'content_type'>,
): Promise<Listener[]> {
  const receivers = [await startReceiver(), await startReceiver(), await startReceiver()] as const
  const [ofRepository, ofOrganization, ofApp] = receivers
  const to = { content_type, secret }
  const all = { events: ['*'], name: 'web' }
  const config = { ...to, url: ofRepository.url }
  const { data: hook } = await octokit.repos.createWebhook({
    ...all,
    owner,
    repo: 'hello',
    config,
  })
  const { row, install } = await hookedApp(server, {
    owner: 'octo',
    url: ofApp.url,
    secret,
    events: [...subscribed],
  })
  await install(owner)
  const listeners: Listener[] = [
    {
      received: ofRepository.received,
      target: 'repository',
      targetId: repository.id,
      hookId: hook.id,
      content_type,
    },
    { received: ofApp.received, target: 'integration', targetId: row.id, content_type: 'json' },
  ]
  if (owner === 'octo') return listeners
  const { data } = await octokit.orgs.createWebhook({
    ...all,
    org: owner,
    config: { ...to, url: ofOrganization.url },
  })
  const { received } = ofOrganization
  const targetId = repository.owner_id
  const organization = { received, target: 'organization', targetId, hookId: data.id } as const
  return [...listeners, { ...organization, content_type }]
}

const toldStates = ['queued', 'pending', 'in_progress', 'error', 'failure', 'success'] as const

type Pushing = Pick<Case, 'owner' | 'transport'> & { readonly keyFile: string }

/** Two commits on `main`, a branch and a tag, and the branch gone again, all by the real git; gives the last sha. */
async function push(server: TestServer, { owner, transport, keyFile }: Pushing): Promise<string> {
  const path = `/${owner}/hello.git`
  const token = await server.token('octo', ['repo'])
  const overHttp = `${server.url.replace('://', `://octo:${token}@`)}${path}`
  const isSsh = transport === 'SSH'
  const origin = isSsh ? `${server.app.urls.ssh}${path}` : overHttp
  const { git, commit } = await openWork(join(server.data, 'work'), origin)
  if (isSsh) {
    const hostKey = await readFile(join(server.data, 'ssh_host_ed25519_key.pub'), 'utf8')
    const words = ['ssh', ...sshOptions(keyFile, hostKey.trim())].map((word) => `"${word}"`)
    await git('config', 'core.sshCommand', words.join(' '))
  }
  await commit('One', { 'a.txt': 'a\n' })
  await git('push', '--quiet', 'origin', 'main')
  const sha = await commit('Two', { 'a.txt': 'b\n', 'b.txt': 'b\n' })
  await git('push', '--quiet', 'origin', 'main')
  await git('push', '--quiet', 'origin', 'main:refs/heads/feature/a')
  await git('tag', '--annotate', '--message', 'First', 'v1')
  await git('push', '--quiet', 'origin', 'v1')
  await git('push', '--quiet', 'origin', '--delete', 'feature/a')
  return sha
}

/** Contract 6.6: the headers, and signatures that others' code verifies. */
async function expectGenuine({ event, guid, headers, bytes }: Received, listener: Listener) {
  const { content_type, target, targetId, hookId } = listener
  expect.soft(guid, event).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  expect.soft(headers, event).toMatchObject({
    accept: '*/*',
    'content-type':
      content_type === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\/[\da-f]{7}$/),
    'x-github-hook-id': hookId === undefined ? expect.stringMatching(/^\d+$/) : String(hookId),
    'x-github-hook-installation-target-id': String(targetId),
    'x-github-hook-installation-target-type': target,
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(bytes).digest('hex')}`,
  })
  const signature = String(headers['x-hub-signature-256'])
  expect.soft(await verify(secret, bytes.toString('utf8'), signature), event).toBe(true)
}

const hookTypes = { repository: 'Repository', organization: 'Organization', integration: 'App' }

/** What the schemas leave open and receivers rely on (contract 6.8). */
function expectDetails(received: readonly Received[], target: Target): void {
  const payloadsOf = (event: string) =>
    received.filter((one) => one.event === event).map(({ payload }) => payload)
  expect(payloadsOf('ping')).toMatchObject([
    { hook: { type: hookTypes[target], config: { secret: '********' } } },
  ])
  expect(payloadsOf('deployment')).toMatchObject([
    { workflow: null, workflow_run: null, deployment: { payload: { a: 1 } } },
  ])
  const statuses = payloadsOf('deployment_status')
  expect(statuses.map((one) => (one['deployment_status'] as { state: string }).state)).toEqual(
    toldStates,
  )
  for (const one of statuses) {
    const { deployment, deployment_status } = one as Record<string, Record<string, unknown>>
    expect(deployment?.['updated_at']).toBe(deployment_status?.['created_at'])
  }
  const zeros = '0'.repeat(40)
  const pushes = payloadsOf('push')
  expect(pushes).toContainEqual(
    expect.objectContaining({
      ref: 'refs/heads/feature/a',
      after: zeros,
      deleted: true,
      head_commit: null,
      commits: [],
    }),
  )
  for (const { repository } of pushes) {
    expect(repository).toMatchObject({
      created_at: expect.any(Number),
      pushed_at: expect.any(Number),
      master_branch: expect.any(String),
      stargazers: 0,
    })
  }
  const named = (event: string) => payloadsOf(event).map(({ ref, ref_type }) => [ref_type, ref])
  expect(named('create').toSorted()).toEqual([
    ['branch', 'feature/a'],
    ['branch', 'main'],
    ['tag', 'v1'],
  ])
  expect(named('delete')).toEqual([['branch', 'feature/a']])
  for (const { created_at } of payloadsOf('status')) expect(created_at).toMatch(/\+00:00$/)
}

it('an App alone is told what becomes of its installation, in order', async () => {
  const server = await startServer({ settings })
  await server.user('octo')
  const hello = await server.repository('octo', 'hello', { private: true })
  const { id: repository_id } = await server.repository('octo', 'other')
  const { url, received } = await startReceiver()
  const robot = await hookedApp(server, { owner: 'octo', url, secret, events: [] })
  const { id } = await robot.install('octo', { ids: [hello.id] })
  const octo = (await server.octokit('octo')).apps
  const its = { installation_id: id }
  await octo.addRepoToInstallationForAuthenticatedUser({ ...its, repository_id })
  await octo.addRepoToInstallationForAuthenticatedUser({ ...its, repository_id })
  await octo.removeRepoFromInstallationForAuthenticatedUser({ ...its, repository_id })
  const { apps } = robot.octokit
  await apps.suspendInstallation(its)
  await apps.unsuspendInstallation(its)
  await apps.deleteInstallation(its)
  const told = [
    'installation created',
    'installation_repositories added',
    'installation_repositories removed',
    'installation suspend',
    'installation unsuspend',
    'installation deleted',
  ]
  await vi.waitFor(
    () => expect(received.map(nameOf).filter((name) => name !== 'ping')).toEqual(told),
    { timeout: 20_000, interval: 50 },
  )
  for (const { event, payload } of received) {
    expect.soft(payloadFaults(event, payload), event).toEqual([])
    if (event !== 'ping') expect.soft(payload, event).toMatchObject({ installation: { id } })
  }
  const senders = received.map(({ payload }) => (payload['sender'] as { login: string })?.login)
  expect(senders.slice(-3)).toEqual(Array(3).fill(`${robot.row.slug}[bot]`))
  expect(received.find(({ payload }) => payload.action === 'added')?.payload).toMatchObject({
    repositories_added: [{ id: repository_id, full_name: 'octo/other', private: false }],
    sender: { login: 'octo' },
  })
})
