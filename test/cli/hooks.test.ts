import { verify } from '@octokit/webhooks-methods'
import { expect, it, vi } from 'vitest'
import { at, openFeed } from '../feed/place.ts'
import { run } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'
import { follow } from './place.ts'

const secret = 'hunter2'
/** Each starts the program several times. */
const timeout = 60_000

/** `octo/hello` with one hook that has heard of its ping and of a deployment. */
async function open() {
  const place = await openFeed()
  const { octokit, server, tokens, deploy } = place
  const receiver = await startReceiver()
  const config = { url: receiver.url, content_type: 'json', secret }
  const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  await deploy()
  const hook = { ...at, hook_id: data.id }
  const attempts = async () => (await octokit.repos.listWebhookDeliveries(hook)).data
  await vi.waitUntil(async () => (await attempts()).length === 2, { timeout: 8000 })
  const env = { SLIPWAY_API_URL: server.apiUrl, SLIPWAY_TOKEN: tokens.octo }
  const slipway = (...args: string[]) => run([...args, '-R', 'octo/hello'], { env })
  return { ...place, receiver, hook, id: String(data.id), attempts, env, slipway }
}

it('slipway hooks lists, shows, pauses and resumes', { timeout }, async () => {
  const { octokit, receiver, hook, id, slipway } = await open()
  const [list, shown] = await Promise.all([slipway('hooks', 'list'), slipway('hooks', 'show', id)])
  expect(list.stdout).toBe(`${id}\tactive\t*\t${receiver.url}\t200\n`)
  expect(shown.stdout).toContain(`✓ Hook ${id} of octo/hello: active`)
  expect(shown.stdout).toMatch(/^\d+\tdeployment\.created\t200\t/m)
  expect((await slipway('hooks', 'pause', id)).stderr).toContain('is paused')
  expect((await octokit.repos.getWebhook(hook)).data.active).toBe(false)
  expect((await slipway('hooks', 'resume', id, '--backlog', 'latest')).stderr).toContain(
    'is active',
  )
  expect((await octokit.repos.getWebhook(hook)).data.active).toBe(true)
})

it('slipway hooks redeliver sends one again, or many', { timeout }, async () => {
  const { id, attempts, slipway } = await open()
  const [newest] = await attempts()
  const one = await slipway('hooks', 'redeliver', id, '--delivery', String(newest?.id))
  expect(one.stderr).toContain(`Delivery ${newest?.id} is sent again`)
  await vi.waitUntil(async () => (await attempts()).length === 3, { timeout: 8000 })
  const chosen = ['hooks', 'redeliver', id, '--since', '1h', '--state', 'delivered']
  const many = await slipway(...chosen, '--event', 'deployment')
  expect(many.stderr).toContain('✓ 1 of 1 deliveries are sent again')
  await vi.waitUntil(async () => (await attempts()).length === 4, { timeout: 8000 })
})

it('slipway events replay sends what was sent, signatures and all, somewhere else', {
  timeout,
}, async () => {
  const { receiver, slipway } = await open()
  const laptop = await startReceiver(({ event }) => (event === 'ping' ? 500 : 204))
  const ran = await slipway('events', 'replay', '--to', laptop.url)
  expect(ran.stderr).toContain(`Sent 2 to ${laptop.url}`)
  expect(ran.stdout).toMatch(/^✗\t500\tping\t.*\n✓\t204\tdeployment\.created\t/)
  expect(ran.code).toBe(1)
  for (const [n, { bytes, guid, headers }] of laptop.received.entries()) {
    expect([guid, bytes]).toEqual([receiver.received[n]?.guid, receiver.received[n]?.bytes])
    const signature = String(headers['x-hub-signature-256'])
    expect(await verify(secret, bytes.toString(), signature)).toBe(true)
  }
})

it('slipway hooks tail and slipway events tail follow', { timeout }, async () => {
  const { env, id, deploy, receiver } = await open()
  const hooks = follow({ env }, 'hooks', 'tail', id, '-R', 'octo/hello')
  const events = follow({ env }, 'events', 'tail', '--all', '-R', 'octo/hello')
  const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 10_000 })
  await until(() => hooks.output().split('\n').length === 3)
  await until(() => /\tdeployment\.created\t\d+ to production\t/.test(events.output()))
  await deploy({ environment: 'staging' })
  await until(() => events.output().includes(' to staging\t'))
  await until(() => receiver.received.length === 3)
  await until(() => hooks.output().split('\n').length === 4)
})
