import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { emptyDatabase, temporaryFolder } from '../support/engines.ts'
import { run, type Serving, serve, until } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'

const deployments = '/repos/octo/hello/deployments'

it('two servers on one database: what one begins the other goes on with, and nothing comes twice', async () => {
  const env = { DATABASE_URL: await emptyDatabase('postgres') }
  const [first, second] = [temporaryFolder(), temporaryFolder()]
  const args = ['--webhook-allow', '127.0.0.0/8', '--log-level', 'error']
  await run(['user', 'create', 'octo', '--data', first], { env })
  const given = ['--user', 'octo', '--scopes', 'repo', '--data', first]
  const token = (await run(['token', 'create', ...given], { env })).stdout.trim()
  copyFileSync(join(first, 'secret.key'), join(second, 'secret.key'))
  const receiver = await startReceiver()
  const one = await serve(first, { args, env })
  const two = await serve(second, { args, env })

  async function post(server: Serving, path: string, body: object): Promise<{ id: number }> {
    const answer = await request(server.apiUrl + path, {
      method: 'POST',
      headers: { authorization: `token ${token}`, 'user-agent': 'test' },
      body: JSON.stringify(body),
    })
    expect(answer.statusCode).toBe(201)
    return (await answer.body.json()) as { id: number }
  }
  await post(one, '/user/repos', { name: 'hello', auto_init: true })
  const config = { url: receiver.url, content_type: 'json' }
  await post(two, '/repos/octo/hello/hooks', { config, events: ['*'] })
  const wanted = { ref: 'main', required_contexts: [], auto_merge: false }
  const { id } = await post(one, deployments, wanted)
  for (const server of [one, two, one, two]) {
    await post(server, `${deployments}/${id}/statuses`, { state: 'in_progress' })
  }
  await until(() => receiver.received.length === 6)
  expect(await one.stop()).toBe(0)
  await post(two, `${deployments}/${id}/statuses`, { state: 'success' })
  await until(() => receiver.received.length === 7)
  const sequence = receiver.received.flatMap(({ headers }) => headers['x-slipway-sequence'] ?? [])
  expect(sequence).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${id}.${n}`))
  expect(await two.stop()).toBe(0)
})
