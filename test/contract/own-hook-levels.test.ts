import { verify } from '@octokit/webhooks-methods'
import { request } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { ownRoutes } from '../../src/routes.ts'
import { query } from '../../src/store/query.ts'
import { hookedApp } from '../support/apps.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

/** What is ours of a repository's hook is there for an organisation's and an App's as well. */

const pending = query((db, _: object) =>
  db.selectFrom('deliveries').select('id').where('state', '=', 'pending'),
)

type Asked = { readonly token?: string | undefined; readonly body?: object }

/** acme/shop and acme/docs, with a hook of the organisation and one of an App that is installed there. */
async function open(engine: EngineName = 'sqlite') {
  const receiver = await startReceiver()
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  await createOrganization(server.app, 'acme', await server.user('octo'))
  await server.user('mona')
  const shas = new Map<string, string>()
  for (const name of ['shop', 'docs']) {
    const repository = await server.repository('acme', name)
    shas.set(name, await server.commit(repository, { files: { 'a.txt': name } }))
  }
  const token = await server.token('octo', ['repo', 'admin:org_hook'])
  const octokit = await server.octokit('octo', ['repo', 'admin:org_hook'])
  const config = { url: `${receiver.url}/organization`, content_type: 'json', secret: 'first' }
  const wanted = { org: 'acme', name: 'web', config, events: ['deployment', 'deployment_status'] }
  const { data: hook } = await octokit.orgs.createWebhook(wanted)
  const { events } = wanted
  const given = { owner: 'octo', url: `${receiver.url}/app`, secret: 'first', events }
  const robot = await hookedApp(server, given)
  await robot.install('acme')
  const ofOrganization = { at: `/orgs/acme/hooks/${hook.id}`, token, type: 'organization' }
  const ofApp = { at: '/app/hook', token: robot.jwt, type: 'integration' }

  async function ask(method: string, path: string, asked: Asked = {}) {
    const { token: bearer, body } = asked
    const answer = await request(`${server.url}/api/slipway/v1${path}`, {
      method: method as 'GET',
      headers: { 'user-agent': 'test', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.statusCode, body: (await answer.body.json()) as Answered }
  }

  async function live(repo: string, environment: string): Promise<void> {
    const at = { owner: 'acme', repo }
    const asked = { ...at, ref: shas.get(repo) ?? '', environment, required_contexts: [] }
    const { data } = await octokit.repos.createDeployment(asked)
    const deployment_id = 'id' in data ? data.id : 0
    await octokit.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success' })
  }

  /** What the hook of a kind was told, once everything is told. */
  async function told(type: string): Promise<Received[]> {
    const isDone = async () => expect(await server.app.store.read.all(pending, {})).toEqual([])
    await vi.waitFor(isDone, { timeout: 20_000, interval: 50 })
    const target = 'x-github-hook-installation-target-type'
    const about = /^(?:deployment|dev\.cdevents)/
    return receiver.received.filter(
      ({ headers, event }) => headers[target] === type && about.test(event),
    )
  }
  return { server, ask, live, told, both: [ofOrganization, ofApp] as const }
}

type Answered = { readonly requests?: readonly { readonly body: string }[] }
type Payload = {
  readonly repository: { readonly name: string }
  readonly deployment: { readonly environment: string }
  readonly deployment_status?: { readonly state: string }
  readonly installation?: object
}

const wordsOf = ({ payload }: Received) => {
  const { repository, deployment, deployment_status } = payload as unknown as Payload
  return `${repository.name} ${deployment.environment} ${deployment_status?.state ?? 'deployment'}`
}

const limit = { timeout: 60_000 }

describe.each(engines)('a hook of an organization and one of an App, on %s', limit, (engine) => {
  it('have filters and options, speak CDEvents, and are sent again what they were sent', async () => {
    const { ask, live, told, both } = await open(engine)
    const filter = { environments: ['q*'], states: ['success', 'inactive'], inactive: true }
    for (const { at, token } of both) {
      const filtered = { status: 200, body: { ...filter, tasks: [], production_only: false } }
      expect(await ask('PATCH', `${at}/filter`, { token, body: filter })).toEqual(filtered)
      expect(await ask('GET', `${at}/filter`, { token })).toEqual(filtered)
      const options = { timeout_seconds: 5, standard_webhooks: true }
      expect(await ask('PATCH', `${at}/options`, { token, body: options })).toMatchObject({
        status: 200,
        body: options,
      })
      const body = { secret: 'second', grace_hours: 0 }
      expect(await ask('POST', `${at}/secret`, { token, body })).toMatchObject({ status: 200 })
      expect(await ask('GET', `${at}/options`, { token })).toMatchObject({ body: options })
      expect(await ask('GET', `${at}/backlog`, { token })).toMatchObject({ body: { active: true } })
    }

    await live('shop', 'qa')
    await live('shop', 'staging')
    await live('docs', 'qa')
    await live('shop', 'qa')
    for (const { at, token, type } of both) {
      const heard = await told(type)
      // Receivers are told of one deployment in order, of two as may be.
      expect(heard.map(wordsOf).toSorted()).toEqual([
        ...['docs qa deployment', 'docs qa success'],
        ...['shop qa deployment', 'shop qa deployment'],
        ...['shop qa inactive', 'shop qa success', 'shop qa success'],
      ])
      for (const { bytes, headers, payload } of heard) {
        const signature = String(headers['x-hub-signature-256'])
        expect(await verify('second', bytes.toString(), signature)).toBe(true)
        expect('installation' in payload).toBe(type === 'integration')
        expect(headers['webhook-signature']).toMatch(/^v1,/)
      }
      const body = { states: ['delivered'], events: ['deployment'], dry_run: true }
      expect(await ask('POST', `${at}/redeliveries`, { token, body })).toEqual({
        status: 200,
        body: { matched: 3, redelivered: 0, dry_run: true },
      })
      const sent = await ask('GET', `${at}/requests`, { token })
      const bodies = sent.body.requests?.map((one) => one.body)
      expect(bodies).toEqual(expect.arrayContaining(heard.map(({ bytes }) => bytes.toString())))
      const again = { ...body, dry_run: false }
      expect(await ask('POST', `${at}/redeliveries`, { token, body: again })).toMatchObject({
        status: 202,
        body: { redelivered: 3 },
      })
      expect(await told(type)).toHaveLength(10)
      const resumed = await ask('POST', `${at}/resume`, { token, body: { backlog: 'all' } })
      expect(resumed).toEqual({ status: 200, body: { resumed: 0, cancelled: 0 } })
      await ask('PATCH', `${at}/options`, { token, body: { format: 'cdevents' } })
    }

    await live('docs', 'qa')
    for (const { type } of both) {
      const [next, ...more] = (await told(type)).slice(10)
      expect([next?.event, more]).toEqual(['dev.cdevents.service.upgraded.0.3.0', []])
      expect(Object.keys(next?.payload ?? {})).toEqual(['context', 'subject'])
    }
  })
})

const paths = ['GET /filter', 'PATCH /filter', 'GET /options', 'PATCH /options']
const all = [...paths, 'POST /secret', 'GET /backlog', 'POST /resume']
const rows = [...all, 'POST /redeliveries', 'GET /requests'].toSorted()

it('every hook has the same routes, for those who administer it', limit, async () => {
  const bases = [
    '/repos/:owner/:repo/hooks/:hook_id',
    '/repositories/:repository_id/hooks/:hook_id',
  ]
  for (const base of [...bases, '/orgs/:org/hooks/:hook_id', '/app/hook']) {
    const there = ownRoutes.filter(({ path }) => path.startsWith(`${base}/`))
    const found = there.map(({ method, path }) => `${method} ${path.slice(base.length)}`)
    expect([base, found.toSorted()]).toEqual([base, rows])
  }
  const { server, ask, both } = await open()
  const [{ at, token }, { token: jwt }] = both
  const bare = await server.token('octo', ['repo', 'admin:org'])
  const mona = await server.token('mona', ['repo', 'admin:org_hook'])
  for (const row of rows) {
    const [method = '', path = ''] = row.split(' ')
    // One that is wrong was read.
    const body = method === 'GET' ? {} : { body: { surprise: 1 } }
    const statusOf = async (base: string, bearer?: string) =>
      (await ask(method, base + path, { token: bearer, ...(method !== 'GET' && body) })).status
    const isIn = method === 'GET' ? 200 : 422
    const ofOrganization = [token, bare, mona, jwt, undefined].map((one) => statusOf(at, one))
    const ofApp = [jwt, token, undefined].map((one) => statusOf('/app/hook', one))
    const found = await Promise.all([...ofOrganization, ...ofApp])
    expect.soft([row, ...found]).toEqual([row, isIn, 404, 404, 403, 401, isIn, 401, 401])
    expect.soft([row, await statusOf('/orgs/acme/hooks/999', token)]).toEqual([row, 404])
  }
})
