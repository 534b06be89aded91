import { verify } from '@octokit/webhooks-methods'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { eventually } from '../deliveries/world.ts'
import { engines } from '../support/engines.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'
import { faultsOf } from './schema.ts'

const at = { owner: 'octo', repo: 'Shop' }
const secret = 'It is a secret'

describe.each(engines)('a hook that wants CDEvents, on %s', (engine) => {
  it('is told of services and environments, signed, under one GUID, and of nothing else', async () => {
    const { server, octokit, hooks, repository, patch } = await open(engine)
    const [usual, speaking] = hooks
    const a = await server.commit(repository, { files: { a: 'a' } })
    const b = await server.commit(repository, { files: { b: 'b' } })
    const payload = { artifact: 'pkg:oci/shop@sha256:0b31' }

    async function deploy(ref: string, more: object = {}) {
      const usually = { ref, environment: 'ma☃n', auto_merge: false, required_contexts: [] }
      const { data } = await octokit.repos.createDeployment({ ...at, ...usually, ...more })
      if (!('id' in data)) throw new Error('It was merged')
      return data.id
    }
    const say = (deployment_id: number, state: 'success' | 'in_progress' | 'inactive') =>
      octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })
    async function live(...asked: Parameters<typeof deploy>) {
      const id = await deploy(...asked)
      for (const state of ['in_progress', 'success', 'success'] as const) await say(id, state)
      return id
    }

    await live(a)
    await live(b, { payload })
    await live(a)
    await live(b)
    const last = await live(a, { task: 'rollback', environment: 'MA☃N' })
    await say(last, 'inactive')
    const environment_name = 'ma☃n'
    await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name })
    await octokit.repos.deleteAnEnvironment({ ...at, environment_name })
    await eventually(
      async () => speaking.received.map(({ event }) => event),
      (events) => events.length >= 10,
    )

    const told = speaking.received.filter(({ event }) => event !== 'ping')
    const inOrder = (family: string) =>
      told.map(({ event }) => event).filter((event) => event.includes(family))
    expect(inOrder('.service.')).toEqual(
      ['deployed', 'upgraded', 'rolledback', 'upgraded', 'rolledback', 'removed'].map(
        (change) => `dev.cdevents.service.${change}.0.3.0`,
      ),
    )
    expect(inOrder('.environment.')).toEqual(
      ['created', 'modified', 'deleted'].map(
        (change) => `dev.cdevents.environment.${change}.0.3.0`,
      ),
    )
    for (const { event, guid, headers, bytes, payload: body } of told) {
      expect(faultsOf(event, body)).toEqual([])
      const { context, subject } = body as unknown as { context: object; subject: object }
      expect(context).toMatchObject({ id: guid, type: event, source: `${server.url}/octo/Shop` })
      expect(headers).toMatchObject({
        ...{ 'content-type': 'application/json', 'ce-specversion': '1.0' },
        ...{ 'ce-id': guid, 'ce-type': event, 'ce-source': `${server.url}/octo/Shop` },
        'ce-subject': event.includes('service') ? 'octo/Shop' : 'ma%E2%98%83n',
        'ce-time': expect.stringMatching(/Z$/),
      })
      expect(subject).toMatchObject({ source: `${server.url}/octo/Shop` })
      const signature = String(headers['x-hub-signature-256'])
      expect(await verify(secret, bytes.toString(), signature)).toBe(true)
    }
    const artifacts = told.flatMap(({ payload: body }) => artifactIn(body) ?? [])
    expect(artifacts.slice(0, 3)).toEqual([
      `pkg:github/octo/shop@${a}`,
      payload.artifact,
      `pkg:github/octo/shop@${a}`,
    ])

    // The other hook hears what it ever did, and the log of events knows no CDEvents.
    expect(usual.received.some(({ event }) => event.startsWith('dev.'))).toBe(false)
    expect(await patch({ format: 'json' })).toBe(422)
    expect(await patch({ format: 'github' })).toBe(200)
    const before = speaking.received.length
    await deploy(a)
    await eventually(
      async () => speaking.received.slice(before).map(({ event }) => event),
      (events) => events.join() === 'deployment',
    )
  })
})

const artifactIn = (body: object) =>
  (body as { subject: { content: { artifactId?: string } } }).subject.content.artifactId

/** octo/Shop with two hooks, the second of which wants CDEvents. */
async function open(engine: (typeof engines)[number]) {
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'Shop')
  const octokit = await server.octokit('octo')
  const token = await server.token('octo', ['repo', 'admin:repo_hook'])

  async function patch(id: number, body: object) {
    const url = `${server.url}/api/slipway/v1/repos/octo/Shop/hooks/${id}/options`
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const answer = await request(url, { method: 'PATCH', headers, body: JSON.stringify(body) })
    await answer.body.dump()
    return answer.statusCode
  }
  async function hook(content_type: string) {
    const receiver = await startReceiver()
    const config = { url: receiver.url, content_type, secret }
    const events = ['deployment', 'deployment_status']
    const { data } = await octokit.repos.createWebhook({ ...at, config, events })
    return { ...receiver, id: data.id }
  }
  const usual = await hook('json')
  // A form is nothing for CloudEvents: JSON is sent all the same.
  const speaking = await hook('form')
  expect(await patch(speaking.id, { format: 'cdevents' })).toBe(200)
  return {
    ...{ server, repository, octokit },
    hooks: [usual, speaking] as const,
    patch: (body: object) => patch(speaking.id, body),
  }
}
