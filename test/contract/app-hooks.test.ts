import { describe, expect, it, vi } from 'vitest'
import { hookedApp } from '../support/apps.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'
import { payloadFaults } from '../support/webhook-schema.ts'

/** https://docs.github.com/rest/apps/webhooks */

const settings = { webhook_allow: '127.0.0.0/8' }

/** An App whose hook was pinged, and its own client. */
async function open(answer?: (received: Received) => number) {
  const receiver = await startReceiver(answer)
  const server = await startServer({ settings })
  const octo = await server.user('octo')
  const hook = { url: receiver.url, secret: 'hunter2', events: ['deployment'] }
  const robot = await hookedApp(server, { owner: 'octo', ...hook })
  const { octokit } = robot
  const deliveries = async (count: number, more = {}) =>
    await vi.waitFor(
      async () => {
        const { data } = await octokit.apps.listWebhookDeliveries(more)
        expect(data.length).toBe(count)
        return data
      },
      { timeout: 20_000, interval: 50 },
    )
  return { ...receiver, server, octo, robot, octokit, deliveries }
}

describe("an App's hook", () => {
  it('is pinged when it is made, and is what its payload says', async () => {
    const { received, deliveries, server, robot } = await open()
    const [item] = await deliveries(1)
    expect(item).toMatchObject({ event: 'ping', repository_id: null, installation_id: null })
    const [ping] = received
    expect(payloadFaults('ping', ping?.payload ?? {})).toEqual([])
    expect(ping?.payload).toMatchObject({
      hook: {
        type: 'App',
        app_id: robot.row.id,
        events: ['deployment'],
        config: { content_type: 'json', secret: '********' },
        deliveries_url: `${server.apiUrl}/app/hook/deliveries`,
      },
    })
    expect(ping?.headers).toMatchObject({
      'x-github-hook-installation-target-type': 'integration',
      'x-github-hook-installation-target-id': String(robot.row.id),
    })
  })

  it('has a config that the App reads and changes', async () => {
    const { octokit, url } = await open()
    const { data } = await octokit.apps.getWebhookConfigForApp()
    expect(data).toEqual({ url, content_type: 'json', insecure_ssl: '0', secret: '********' })
    const { data: changed } = await octokit.apps.updateWebhookConfigForApp({ content_type: 'form' })
    expect(changed).toEqual({ ...data, content_type: 'form' })
    const bad = octokit.request('PATCH /app/hook/config', { data: { url: 'http://10.0.0.1/' } })
    expect((await refusalOf(bad)).status).toBe(422)
  })

  it('is made with its address, where the App was registered without one', async () => {
    const { url, received } = await startReceiver()
    const server = await startServer({ settings })
    await server.user('octo')
    const { octokit } = await hookedApp(server, { owner: 'octo', events: ['deployment'] })
    expect((await refusalOf(octokit.apps.getWebhookConfigForApp())).status).toBe(404)
    const noAddress = octokit.apps.updateWebhookConfigForApp({ content_type: 'json' })
    expect((await refusalOf(noAddress)).status).toBe(404)
    // Octokit takes a parameter named `url` for the address of the request.
    const asked = { data: { url, secret: 'hunter2' } }
    const { data } = await octokit.request('PATCH /app/hook/config', asked)
    expect(data).toMatchObject({ url, content_type: 'json', secret: '********' })
    expect((await octokit.apps.getWebhookConfigForApp()).data).toEqual(data)
    await vi.waitFor(
      () => expect(received).toMatchObject([{ payload: { hook: { events: ['deployment'] } } }]),
      { timeout: 20_000, interval: 50 },
    )
  })

  it('is the business of nobody but the App', async () => {
    const { server } = await open()
    const octokit = await server.octokit('octo')
    expect(await refusalOf(octokit.apps.getWebhookConfigForApp())).toMatchObject({
      status: 401,
      body: { message: 'A JSON web token could not be decoded' },
    })
    expect((await refusalOf(octokit.apps.listWebhookDeliveries())).status).toBe(401)
  })

  it('tells what it was sent, by cursor and status, and sends it again', async () => {
    let isUp = false
    const { octokit, received, deliveries } = await open(() => (isUp ? 200 : 500))
    const [failed] = await deliveries(1)
    isUp = true
    const delivery_id = failed?.id ?? 0
    expect((await octokit.apps.redeliverWebhookDelivery({ delivery_id })).status).toBe(202)
    const [again] = await deliveries(2)
    expect(again).toMatchObject({ guid: failed?.guid, redelivery: true, status_code: 200 })
    expect(received[1]?.bytes).toEqual(received[0]?.bytes)
    const failures = (await octokit.apps.listWebhookDeliveries({ status: 'failure' })).data
    expect(failures.map(({ id }) => id)).toEqual([delivery_id])
    const { data, headers } = await octokit.apps.listWebhookDeliveries({ per_page: 1 })
    expect(data).toEqual([again])
    expect(headers.link).toMatch(/\/app\/hook\/deliveries\?per_page=1&cursor=v1_\d+>; rel="next"/)
    expect((await refusalOf(octokit.apps.listWebhookDeliveries({ cursor: 'x' }))).status).toBe(400)
    const missing = octokit.apps.getWebhookDelivery({ delivery_id: 999_999 })
    expect((await refusalOf(missing)).status).toBe(404)
  })
})

describe('an event for one App alone', () => {
  it('reaches its hook in order, as it is and in the name of its installation', async () => {
    const { octokit, received, deliveries, robot } = await open()
    const { id: installation_id } = await robot.install('octo')
    await octokit.apps.suspendInstallation({ installation_id })
    const items = await deliveries(3)
    const told = received.filter(({ event }) => event === 'installation')
    expect(told.map(({ payload }) => payload.action)).toEqual(['created', 'suspend'])
    expect(told.map(({ headers }) => headers['x-slipway-sequence'])).toEqual(['1.1', '1.2'])
    const item = items.find(({ event }) => event === 'installation')
    expect(item?.installation_id).toBe(installation_id)
    const { data } = await octokit.apps.getWebhookDelivery({ delivery_id: item?.id ?? 0 })
    expect(told.map(({ payload }) => payload)).toContainEqual(data.request.payload)
  })
})
