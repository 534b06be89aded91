import { expect, it } from 'vitest'
import { eventually } from '../deliveries/world.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

const at = { owner: 'octo', repo: 'hello' }

it.each(engines)('a hook lives and dies on %s', async (engine) => {
  await using receiver = await startFaultServer({
    answer: (socket) => socket.write(reply('200 OK')),
  })
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo')

  const config = { url: receiver.url, content_type: 'json', secret: 'hunter2' }
  const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['push', 'status'] })
  const hook = { ...at, hook_id: data.id }
  const deliveries = async () => (await octokit.repos.listWebhookDeliveries(hook)).data

  const [ping] = await eventually(deliveries, (items) => items.length === 1)
  expect(ping).toMatchObject({ event: 'ping', status: 'OK' })
  const delivery = { ...hook, delivery_id: ping?.id ?? 0 }
  await octokit.repos.redeliverWebhookDelivery(delivery)
  await eventually(deliveries, (items) => items.length === 2)
  expect((await octokit.repos.getWebhookDelivery(delivery)).data.url).toBe(receiver.url)

  for (const active of [false, true]) {
    const { data: edited } = await octokit.repos.updateWebhook({
      ...hook,
      active,
      add_events: ['*'],
    })
    expect(edited).toMatchObject({ active, events: ['*'], config: { secret: '********' } })
  }
  await octokit.repos.updateWebhookConfigForRepo({ ...hook, insecure_ssl: 1 })
  expect((await octokit.repos.listWebhooks(at)).data[0]?.config.insecure_ssl).toBe('1')

  await octokit.repos.deleteWebhook(hook)
  expect((await refusalOf(deliveries())).status).toBe(404)
})
