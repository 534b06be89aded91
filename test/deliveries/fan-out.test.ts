import { verify } from '@octokit/webhooks-methods'
import { describe, expect, it, vi } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { query } from '../../src/store/query.ts'
import { hookedApp } from '../support/apps.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

const secret = 'hunter2'

/** `acme/hello` and hooks of all kinds: what happens there is deployments, and `hooks` says who heard of the last. */
async function open(engine: EngineName) {
  const receiver = await startReceiver()
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  const octo = await server.user('octo')
  const acme = await createOrganization(server.app, 'acme', octo)
  const repository = await server.repository('acme', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo', ['repo', 'admin:org_hook'])
  const at = { owner: 'acme', repo: 'hello' }
  const config = { url: receiver.url, content_type: 'json', secret }
  const { data: ofRepository } = await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  const { data: ofOrganization } = await octokit.orgs.createWebhook({
    org: 'acme',
    name: 'web',
    config,
    events: ['deployment'],
  })
  const appOn = async (on: { login?: string; ids?: number[]; events?: string[] } = {}) => {
    const hook = { owner: 'octo', url: receiver.url, secret, events: ['deployment', 'status'] }
    const robot = await hookedApp(server, hook)
    const { login = 'acme', ...where } = on
    return { ...robot, installation: await robot.install(login, where) }
  }

  /** Who hears of a new deployment, as pairs of kind and id. */
  async function hear(): Promise<Received[]> {
    receiver.received.length = 0
    const request = { ...at, ref: 'main', required_contexts: [] }
    const { data } = await octokit.repos.createDeployment(request)
    const id = 'id' in data ? data.id : 0
    const isDone = async () => expect(await server.app.store.read.all(pending, {})).toEqual([])
    await vi.waitFor(isDone, { timeout: 20_000, interval: 50 })
    return receiver.received.filter(({ payload }) => payload.deployment?.id === id)
  }

  /** What arrives next. */
  async function next(): Promise<Received | undefined> {
    const { length } = receiver.received
    const isThere = () => expect(receiver.received.length).toBeGreaterThan(length)
    await vi.waitFor(isThere, { timeout: 20_000, interval: 20 })
    return receiver.received[length]
  }
  return {
    server,
    octokit,
    octo,
    at,
    acme,
    repository,
    ofRepository,
    ofOrganization,
    appOn,
    hear,
    next,
  }
}

/** Of hooks that are there: what waits for one that went with its App ends when it is too old. */
const pending = query((db, _: object) =>
  db
    .selectFrom('deliveries')
    .innerJoin('hooks', 'hooks.id', 'deliveries.hook_id')
    .select('deliveries.id')
    .where('deliveries.state', '=', 'pending'),
)
const suspend = query((db, p: { id: number; now: string }) =>
  db.updateTable('installations').set({ suspended_at: p.now }).where('id', '=', p.id),
)
const deleteApp = query((db, p: { id: number }) => db.deleteFrom('apps').where('id', '=', p.id))
const deleteAccount = query((db, p: { id: number }) =>
  db.deleteFrom('accounts').where('id', '=', p.id),
)
const allHooks = query((db, _: object) => db.selectFrom('hooks').select('id').orderBy('id'))

const targetsOf = (received: readonly Received[]) =>
  received
    .map(({ headers }) => {
      const target = 'x-github-hook-installation-target'
      return `${headers[`${target}-type`]} ${headers[`${target}-id`]}`
    })
    .toSorted()

describe.each(engines)('one event, on %s', (engine) => {
  it('reaches hooks of the repository, its organization and the Apps there, each as its own', async () => {
    const { acme, repository, ofRepository, ofOrganization, appOn, hear } = await open(engine)
    const app = await appOn()
    const heard = await hear()
    expect(targetsOf(heard)).toEqual([
      `integration ${app.row.id}`,
      `organization ${acme.id}`,
      `repository ${repository.id}`,
    ])
    const ids = heard.map(({ headers }) => Number(headers['x-github-hook-id']))
    expect(new Set(ids).size).toBe(3)
    expect(ids).toEqual(expect.arrayContaining([ofRepository.id, ofOrganization.id]))
    expect(new Set(heard.map(({ guid }) => guid)).size).toBe(1)
    for (const { bytes, headers } of heard) {
      const signature = String(headers['x-hub-signature-256'])
      expect(await verify(secret, bytes.toString('utf8'), signature)).toBe(true)
    }
  })

  it('names the installation to the App alone, in a redelivery as well', async () => {
    const { octokit, at, ofRepository, appOn, hear, next } = await open(engine)
    const { installation, octokit: asApp } = await appOn()
    const heard = await hear()
    const isApp = ({ headers }: Received) =>
      headers['x-github-hook-installation-target-type'] === 'integration'
    const [toApp] = heard.filter(isApp)
    const node_id = Buffer.from(`023:IntegrationInstallation${installation.id}`).toString('base64')
    const { installation: told, ...rest } = toApp?.payload ?? {}
    expect(told).toEqual({ id: installation.id, node_id })
    for (const one of heard.filter((other) => !isApp(other))) expect(one.payload).toEqual(rest)

    const { data: items } = await asApp.apps.listWebhookDeliveries()
    // Beside what Apps alone are told of, in no order of its own.
    const delivery = items.find(({ event }) => event === 'deployment')
    expect(delivery).toMatchObject({ installation_id: installation.id })
    const delivery_id = delivery?.id ?? 0
    const { data: detail } = await asApp.apps.getWebhookDelivery({ delivery_id })
    expect(detail.request.payload).toEqual(toApp?.payload)
    const hook = { ...at, hook_id: ofRepository.id }
    const { data: others } = await octokit.repos.listWebhookDeliveries(hook)
    expect(others[0]).toMatchObject({ event: 'deployment', installation_id: null })

    const arrival = next()
    await asApp.apps.redeliverWebhookDelivery({ delivery_id })
    const again = await arrival
    expect(again?.bytes).toEqual(toApp?.bytes)
    expect(again?.headers['x-hub-signature-256']).toBe(toApp?.headers['x-hub-signature-256'])
  })

  it('passes by Apps that are suspended, elsewhere, or not granted the event', async () => {
    const { server, repository, appOn, hear } = await open(engine)
    const other = await server.repository('acme', 'other')
    const covering = await appOn({ ids: [other.id, repository.id] })
    await appOn({ ids: [other.id] })
    await appOn({ events: ['deployment_status', 'deploy_key'] })
    await appOn({ login: 'octo' })
    const { installation } = await appOn()
    const now = new Date().toISOString()
    await server.app.store.transaction((tx) => tx.all(suspend, { id: installation.id, now }))
    const apps = targetsOf(await hear()).filter((target) => target.startsWith('integration'))
    expect(apps).toEqual([`integration ${covering.row.id}`])
  })

  it('waits for nobody who is gone: with an App or an organization go their hooks', async () => {
    const { server, octokit, octo, ofRepository, ofOrganization, appOn, hear } = await open(engine)
    const { row } = await appOn()
    const { id } = await createOrganization(server.app, 'umbrella', octo)
    const config = { url: 'https://hooks.invalid/' }
    await octokit.orgs.createWebhook({ org: 'umbrella', name: 'web', config })
    await server.app.store.transaction(async (tx) => {
      await tx.all(deleteApp, { id: row.id })
      await tx.all(deleteAccount, { id })
    })
    expect(await server.app.store.read.all(allHooks, {})).toEqual([
      { id: ofRepository.id },
      { id: ofOrganization.id },
    ])
    expect((await hear()).length).toBe(2)
  })
})
