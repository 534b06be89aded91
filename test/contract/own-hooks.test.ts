import { createHmac } from 'node:crypto'
import { verify } from '@octokit/webhooks-methods'
import { request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../deliveries/world.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { startServer } from '../support/server.ts'

/** Ours, below `/api/slipway/v1/repos/{owner}/{repo}/hooks/{hook_id}` (delivery 4.6). */

const at = { owner: 'octo', repo: 'hello' }

async function open(answer = '410 Gone') {
  const receiver = await startFaultServer({
    answer: (socket) => socket.write(reply(answer)),
  })
  onTestFinished(() => receiver[Symbol.asyncDispose]())
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  await server.user('mona')
  const repository = await server.repository('octo', 'hello', { private: true })
  const sha = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo')
  const config = { url: receiver.url, content_type: 'json' }
  const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  const own = `${server.url}/api/slipway/v1/repos/octo/hello/hooks/${data.id}`

  async function ask(
    method: 'GET' | 'PATCH' | 'POST',
    path: string,
    login = 'octo',
    body?: object,
  ) {
    const token = await server.token(login, ['repo'])
    const answer = await request(own + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.statusCode, body: (await answer.body.json()) as object }
  }
  const deploy = () =>
    octokit.repos.createDeployment({ ...at, ref: sha, required_contexts: [], environment: 'x' })
  return { ask, deploy, octokit, receiver, hook: { ...at, hook_id: data.id } }
}

it('shows what waits for a hook that was switched off, and resumes it as is wanted', async () => {
  const { ask, deploy, octokit, hook } = await open()
  // The ping is answered 410.
  await eventually(
    async () => (await octokit.repos.getWebhook(hook)).data.active,
    (isActive) => !isActive,
  )
  await deploy()
  await deploy()
  expect(await ask('GET', '/backlog')).toEqual({
    status: 200,
    body: {
      active: false,
      disabled_at: expect.stringMatching(/Z$/),
      disabled_reason: 'The receiver answered 410 Gone',
      pending: 0,
      held: 2,
      breaker: 'closed',
      next_probe_at: null,
      consecutive_failures: 1,
      first_failure_at: expect.stringMatching(/Z$/),
      last_success_at: null,
    },
  })
  expect(await ask('POST', '/resume', 'octo', { backlog: 'some' })).toMatchObject({ status: 422 })
  expect(await ask('POST', '/resume', 'octo', { backlog: 'none' })).toEqual({
    status: 200,
    body: { resumed: 0, cancelled: 2 },
  })
  expect((await octokit.repos.getWebhook(hook)).data.active).toBe(true)
  expect((await ask('GET', '/backlog')).body).toMatchObject({ active: true, held: 0 })
})

it('S3, S4: signs with two secrets during a rotation, and shows none of them', async () => {
  const { ask, octokit, hook, receiver } = await open('200 OK')
  await octokit.repos.updateWebhookConfigForRepo({ ...hook, secret: 'first' })
  expect(await ask('GET', '/options')).toEqual({
    status: 200,
    body: {
      format: 'github',
      standard_webhooks: false,
      previous_secret_until: null,
      client_certificate: null,
      timeout_seconds: null,
      rate_per_second: null,
    },
  })
  await ask('PATCH', '/options', 'octo', { standard_webhooks: true })
  const rotated = await ask('POST', '/secret', 'octo', { secret: 'second', grace_hours: 1 })
  expect(rotated.body).toMatchObject({
    standard_webhooks: true,
    previous_secret_until: expect.stringMatching(/Z$/),
    client_certificate: null,
  })
  receiver.received.length = 0
  await octokit.repos.pingWebhook(hook)
  await eventually(
    async () => receiver.received.length,
    (count) => count === 1,
  )
  const { head = '', body = '' } = receiver.received[0] ?? {}
  const header = (name: string) => head.match(new RegExp(`^${name}: (.*)`, 'im'))?.[1] ?? ''
  const signedWith = (secret: string) =>
    createHmac('sha256', secret)
      .update(`${header('webhook-id')}.${header('webhook-timestamp')}.${body}`)
      .digest('base64')
  expect(header('webhook-id')).toBe(header('X-GitHub-Delivery'))
  expect(header('webhook-signature')).toBe(`v1,${signedWith('second')} v1,${signedWith('first')}`)
  expect(await verify('second', body, header('X-Hub-Signature-256'))).toBe(true)
  const { data } = await octokit.repos.listWebhookDeliveries(hook)
  const details = await octokit.repos.getWebhookDelivery({ ...hook, delivery_id: data[0]?.id ?? 0 })
  const shown = JSON.stringify([rotated, details.data, (await octokit.repos.getWebhook(hook)).data])
  expect(shown).not.toMatch(/"(first|second)"/)
})

it('refuses a client certificate without its key', async () => {
  const { ask } = await open('200 OK')
  expect(await ask('PATCH', '/options', 'octo', { client_certificate: 'x' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'client_key' }] },
  })
  const pair = { client_certificate: 'x', client_key: 'y' }
  expect(await ask('PATCH', '/options', 'octo', pair)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'client_certificate' }] },
  })
})

it('is for those who may administer hooks', async () => {
  const { ask } = await open()
  expect(await ask('GET', '/backlog', 'mona')).toMatchObject({ status: 404 })
  expect(await ask('POST', '/resume', 'mona')).toMatchObject({ status: 404 })
  expect(await ask('GET', '/elsewhere')).toMatchObject({ status: 404 })
})

it('leaves a receiver the time it asks for, and sends no faster than it wants', async () => {
  const { ask, octokit, receiver, hook } = await open('200 OK')
  const pings = () => receiver.received.filter(({ head }) => head.includes('X-GitHub-Event: ping'))
  const sees = (count: number) =>
    eventually(
      async () => pings().length,
      (seen) => seen === count,
    )
  await sees(1)
  const wanted = { timeout_seconds: 1, rate_per_second: 1 }
  expect((await ask('PATCH', '/options', 'octo', wanted)).body).toMatchObject(wanted)
  await octokit.repos.pingWebhook(hook)
  await octokit.repos.pingWebhook(hook)
  await sees(3)
  const { data } = await octokit.repos.listWebhookDeliveries(hook)
  const [last, one] = data.map(({ delivered_at }) => Date.parse(delivered_at))
  expect((last ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(1000)
  for (const wrong of [{ timeout_seconds: 31 }, { rate_per_second: 0 }]) {
    expect(await ask('PATCH', '/options', 'octo', wrong)).toMatchObject({ status: 422 })
  }
})
