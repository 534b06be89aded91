import { verify } from '@octokit/webhooks-methods'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recordEvent } from '../../src/events/events.ts'
import { eventually } from '../deliveries/world.ts'
import { type FaultOptions, reply, startFaultServer } from '../sender/fault-server.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/webhooks: deliveries, pings, tests and redelivery */

const at = { owner: 'octo', repo: 'hello' }
const secret = 'hunter2'
const settings = { webhook_allow: '127.0.0.0/8' }

/** A server with a hook that listens to everything, and its receiver. */
async function open(
  answer: FaultOptions['answer'] = (socket) => socket.write(reply('200 OK', 'thanks')),
) {
  const receiver = await startFaultServer({ answer })
  onTestFinished(() => receiver[Symbol.asyncDispose]())
  const server = await startServer({ settings })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo')
  const config = { url: receiver.url, content_type: 'json', secret }
  const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  const hook = { ...at, hook_id: data.id }
  const deliveries = async (more = {}) =>
    (await octokit.repos.listWebhookDeliveries({ ...hook, ...more })).data
  const happen = (name: string, payload: object) =>
    server.app.store.transaction((tx) =>
      recordEvent(server.app, tx, { repository_id: repository.id, name, payload }),
    )
  return { server, receiver, repository, octokit, hook, deliveries, happen }
}
const bodyOf = (promise: Promise<unknown>) => refusalOf(promise)

describe('a delivery', () => {
  it('is listed with its GUID, its time and how it went', async () => {
    const { deliveries, receiver, repository, octokit, hook } = await open()
    const [item] = await eventually(deliveries, (items) => items.length === 1)
    expect(item).toEqual({
      id: expect.any(Number),
      guid: expect.stringMatching(/^[\da-f-]{36}$/),
      delivered_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      redelivery: false,
      duration: expect.any(Number),
      status: 'OK',
      status_code: 200,
      event: 'ping',
      action: null,
      installation_id: null,
      repository_id: repository.id,
      throttled_at: null,
    })
    expect(receiver.received[0]?.head).toContain(`X-GitHub-Delivery: ${item?.guid}`)
    const path = `/repos/octo/hello/hooks/${hook.hook_id}/deliveries`
    expect(faultsOf({ method: 'GET', path, status: 200, body: [item] })).toEqual([])
    const { data } = await octokit.repos.getWebhook(hook)
    expect(data.last_response).toEqual({ code: 200, status: 'active', message: 'OK' })
  })

  it('shows its request and its answer, and never the secret', async () => {
    const { deliveries, octokit, hook, receiver } = await open((socket) => {
      socket.write(reply('500 Oops', 'no', ['X-Twice: 1', 'X-Twice: 2']))
    })
    const [item] = await eventually(deliveries, (items) => items.length === 1)
    const delivery_id = item?.id ?? 0
    const { data } = await octokit.repos.getWebhookDelivery({ ...hook, delivery_id })
    expect(data).toMatchObject({
      ...item,
      status: 'Invalid HTTP Response: 500',
      url: receiver.url,
      request: {
        headers: { 'X-GitHub-Event': 'ping', 'Content-Type': 'application/json' },
        payload: { hook_id: hook.hook_id },
      },
      response: { headers: { 'X-Twice': '1, 2' }, payload: 'no' },
    })
    expect(JSON.stringify(data)).not.toContain(secret)
    const path = `/repos/octo/hello/hooks/${hook.hook_id}/deliveries/${delivery_id}`
    expect(faultsOf({ method: 'GET', path, status: 200, body: data })).toEqual([])
  })

  it.each(['json', 'form'] as const)(
    'is signed so that receivers can verify it, as %s',
    async (content_type) => {
      const { octokit, hook, receiver } = await open()
      const config = { url: receiver.url, content_type, secret }
      await octokit.repos.updateWebhook({ ...hook, config })
      await octokit.repos.pingWebhook(hook)
      await eventually(
        async () => receiver.received.length,
        (count) => count === 2,
      )
      const { head = '', body = '' } = receiver.received[1] ?? {}
      const signature = head.match(/X-Hub-Signature-256: (.*)/)?.[1] ?? ''
      expect(await verify(secret, body, signature)).toBe(true)
      const payload = content_type === 'json' ? body : new URLSearchParams(body).get('payload')
      expect(JSON.parse(payload ?? '')).toMatchObject({ hook_id: hook.hook_id })
    },
  )

  it('that a receiver spoils is on record all the same', async () => {
    const answers = ['500 Oops', '301 Moved', '', 'garbage', 'endless', '204 No Content']
    const { deliveries, happen } = await open((socket, { body }) => {
      const kind = /"kind":"([^"]*)"/.exec(body)?.[1] ?? '204 No Content'
      if (kind === 'garbage') socket.end('\x00\x01 what is this\r\n\r\n')
      else if (kind === '') socket.destroy()
      else if (kind === 'endless') endless(socket)
      else socket.write(reply(kind, '', ['Location: http://127.0.0.1:1/']))
    })
    for (const kind of answers) await happen('push', { kind })
    const items = await eventually(deliveries, (list) => list.length === 1 + answers.length)
    const byStatus = items
      .filter(({ event }) => event === 'push')
      .map(({ status, status_code }) => [status_code, status])
    expect(byStatus.sort()).toEqual(
      [
        [500, 'Invalid HTTP Response: 500'],
        [301, 'Invalid HTTP Response: 301'],
        [0, 'Invalid HTTP Response: none'],
        [0, 'Invalid HTTP Response: malformed'],
        [200, 'OK'],
        [204, 'OK'],
      ].sort(),
    )
  })
})

function endless(socket: Parameters<FaultOptions['answer']>[0]): void {
  socket.write('HTTP/1.1 200 OK\r\n\r\n')
  const pour = () => {
    while (!socket.destroyed && socket.write('a'.repeat(16_384)));
  }
  socket.on('drain', pour)
  pour()
}

describe('the list of deliveries', () => {
  it('goes on by cursor, which new deliveries do not disturb', async () => {
    const { deliveries, happen, octokit, hook } = await open()
    for (const n of [1, 2, 3, 4]) await happen('push', { n })
    const all = await eventually(deliveries, (items) => items.length === 5)
    const first = await octokit.repos.listWebhookDeliveries({ ...hook, per_page: 2 })
    expect(first.data).toEqual(all.slice(0, 2))
    const next = first.headers.link?.match(/[?&]cursor=(\w+)[^>]*>; rel="next"/)?.[1] ?? ''
    await happen('push', { n: 5 })
    await eventually(deliveries, (items) => items.length === 6)
    const second = await octokit.repos.listWebhookDeliveries({ ...hook, per_page: 2, cursor: next })
    expect(second.data).toEqual(all.slice(2, 4))
    const iterator = octokit.paginate.iterator(octokit.repos.listWebhookDeliveries, {
      ...hook,
      per_page: 2,
    })
    const ids: number[] = []
    for await (const { data } of iterator) ids.push(...data.map(({ id }) => id))
    expect(ids.slice(1)).toEqual(all.map(({ id }) => id))
  })

  it('is filtered by status', async () => {
    const { deliveries, happen } = await open((socket, { body }) => {
      socket.write(reply(body.includes('"bad"') ? '400 Bad Request' : '200 OK'))
    })
    await happen('push', { is: 'bad' })
    await eventually(deliveries, (items) => items.length === 2)
    expect((await deliveries({ status: 'success' })).map(({ event }) => event)).toEqual(['ping'])
    expect((await deliveries({ status: 'failure' })).map(({ event }) => event)).toEqual(['push'])
  })

  it('refuses a cursor and a status that it does not know', async () => {
    const { deliveries } = await open()
    expect((await bodyOf(deliveries({ cursor: 'x' }))).status).toBe(400)
    expect((await bodyOf(deliveries({ status: 'maybe' }))).status).toBe(422)
  })
})

describe('redelivery', () => {
  it('sends the same bytes under the same GUID, as another delivery', async () => {
    const { deliveries, octokit, hook, receiver } = await open()
    const [item] = await eventually(deliveries, (items) => items.length === 1)
    const delivery = { ...hook, delivery_id: item?.id ?? 0 }
    const { status, data } = await octokit.repos.redeliverWebhookDelivery(delivery)
    expect([status, data]).toEqual([202, {}])
    const [again] = await eventually(deliveries, (items) => items.length === 2)
    expect(again).toMatchObject({ guid: item?.guid, redelivery: true, status_code: 200 })
    expect(again?.id).not.toBe(item?.id)
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body)
  })

  it('does not wait for the retry of what failed', async () => {
    let isUp = false
    const { deliveries, octokit, hook } = await open((socket) => {
      socket.write(reply(isUp ? '200 OK' : '500 Oops'))
    })
    const [item] = await eventually(deliveries, (items) => items.length === 1)
    isUp = true
    const startedAt = performance.now()
    await octokit.repos.redeliverWebhookDelivery({ ...hook, delivery_id: item?.id ?? 0 })
    const [again] = await eventually(deliveries, (items) => items.length === 2)
    expect(again?.status_code).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  it('is refused for a delivery that is not there', async () => {
    const { octokit, hook } = await open()
    const missing = { ...hook, delivery_id: 99_999 }
    expect((await bodyOf(octokit.repos.redeliverWebhookDelivery(missing))).status).toBe(404)
    expect((await bodyOf(octokit.repos.getWebhookDelivery(missing))).status).toBe(404)
  })
})

describe('pings and tests', () => {
  it('a ping is sent whatever the hook listens to', async () => {
    const { octokit, hook, deliveries } = await open()
    await octokit.repos.updateWebhook({ ...hook, events: ['deployment'] })
    expect((await octokit.repos.pingWebhook(hook)).status).toBe(204)
    const items = await eventually(deliveries, (list) => list.length === 2)
    expect(items.map(({ event }) => event)).toEqual(['ping', 'ping'])
  })

  it.each(['tests', 'test'])('POST …/%s sends the last push once more', async (name) => {
    const { octokit, hook, deliveries, happen, receiver } = await open()
    const run = () => octokit.request(`POST /repos/octo/hello/hooks/${hook.hook_id}/${name}`)
    expect((await run()).status).toBe(204)
    await happen('push', { n: 1 })
    await happen('push', { n: 2 })
    await eventually(deliveries, (items) => items.length === 3)
    await run()
    await eventually(deliveries, (items) => items.length === 4)
    expect(receiver.received.at(-1)?.body).toBe('{"n":2}')
    await octokit.repos.updateWebhook({ ...hook, events: ['deployment'] })
    expect((await run()).status).toBe(204)
    expect((await deliveries()).length).toBe(4)
  })
})

describe('a hook that is switched off', () => {
  it('keeps what it could not deliver, and delivers it when it is switched on', async () => {
    let isUp = false
    const { octokit, hook, deliveries, happen, receiver } = await open((socket) => {
      socket.write(reply(isUp ? '200 OK' : '500 Oops'))
    })
    await eventually(deliveries, (items) => items.length === 1)
    await octokit.repos.updateWebhook({ ...hook, active: false })
    await happen('push', { while: 'off' })
    isUp = true
    await octokit.repos.updateWebhook({ ...hook, active: true })
    await happen('push', { while: 'on' })
    await eventually(
      async () => receiver.received.map(({ body }) => body),
      (bodies) => bodies.includes('{"while":"on"}'),
    )
    const retried = await eventually(deliveries, (items) => items.length === 3)
    expect(
      retried.filter(({ event }) => event === 'ping').map(({ status_code }) => status_code),
    ).toEqual([200, 500])
    expect(receiver.received.some(({ body }) => body.includes('"while":"off"'))).toBe(false)
  })
})
