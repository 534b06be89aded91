import { Pool } from 'undici'
import { expect, it } from 'vitest'
import { freePort } from '../remote/sshd.ts'
import { temporaryFolder } from '../support/engines.ts'
import { run, type Serving, serve, until } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'

const kills = 20
const lanes = 8

/** What the server has acknowledged: the ids are promises. */
type Promised = { deployments: number[]; statuses: { deployment: number; id: number }[] }

it('D1: loses no acknowledged deployment, status or event to kill -9 at random moments under load', {
  timeout: 240_000,
}, async () => {
  const data = temporaryFolder()
  const receiver = await startReceiver()
  const port = String(await freePort())
  const args = ['--port', port, '--webhook-allow', '127.0.0.0/8', '--log-level', 'error']
  const token = await prepare(data)
  const promised: Promised = { deployments: [], statuses: [] }

  let server = await serve(data, { args })
  await makeRepository(server, token, receiver.url)
  for (let n = 0; n < kills; n += 1) {
    const load = produce(server, token, promised)
    await sleep(50 + Math.random() * 400)
    server.child.kill('SIGKILL')
    await load
    server = await serve(data, { args })
  }

  expect(promised.deployments.length).toBeGreaterThan(kills)
  const { kept, keptStatuses } = await readBack(server, token, promised)
  expect(promised.deployments.filter((id) => !kept.has(id))).toEqual([])
  expect(promised.statuses.filter(({ id }) => !keptStatuses.has(id))).toEqual([])

  const missing = () => {
    const seen = new Set(receiver.received.map(({ event, payload }) => keyOf(event, payload)))
    return [
      ...promised.deployments.map((id) => `deployment ${id}`),
      ...promised.statuses.map(({ id }) => `deployment_status ${id}`),
    ].filter((key) => !seen.has(key))
  }
  await until(() => missing().length === 0, 90_000).catch(() => undefined)
  expect(missing()).toEqual([])
  expect(orderFaults(receiver.received)).toEqual([])
  expect(await server.stop()).toBe(0)
})

type Payload = { deployment?: { id: number }; deployment_status?: { id: number } }

function keyOf(event: string, payload: Payload): string {
  const id = event === 'deployment' ? payload.deployment?.id : payload.deployment_status?.id
  return `${event} ${id}`
}

/** First arrivals of one deployment's events must come in the order they happened. */
function orderFaults(received: readonly { event: string; payload: Payload }[]): string[] {
  const started = new Set<number>()
  return received.flatMap(({ event, payload }) => {
    const id = payload.deployment?.id ?? 0
    if (event === 'deployment') started.add(id)
    const isEarly = event === 'deployment_status' && !started.has(id)
    return isEarly ? [`a status of ${id} came before its deployment`] : []
  })
}

async function prepare(data: string): Promise<string> {
  await run(['user', 'create', 'octo', '--data', data])
  const given = ['--user', 'octo', '--scopes', 'repo', '--data', data]
  return (await run(['token', 'create', ...given])).stdout.trim()
}

async function makeRepository(server: Serving, token: string, hook: string): Promise<void> {
  const pool = new Pool(server.url)
  const ask = asker(pool, token)
  await ask('POST', '/user/repos', { name: 'hello', auto_init: true })
  await ask('POST', '/repos/octo/hello/hooks', {
    config: { url: hook, content_type: 'json' },
    events: ['deployment', 'deployment_status'],
  })
  await pool.close()
}

/** Clients that create deployments and statuses as fast as they are answered, until the server is gone. */
async function produce(server: Serving, token: string, promised: Promised): Promise<void> {
  const pool = new Pool(server.url, { connections: lanes })
  const ask = asker(pool, token)
  const lane = async () => {
    for (;;) {
      const environment = `env-${Math.ceil(Math.random() * 5)}`
      const request = { ref: 'main', environment, required_contexts: [], auto_merge: false }
      const { id } = await ask('POST', '/repos/octo/hello/deployments', request)
      promised.deployments.push(id)
      const path = `/repos/octo/hello/deployments/${id}/statuses`
      const status = await ask('POST', path, { state: 'success' })
      promised.statuses.push({ deployment: id, id: status.id })
    }
  }
  await Promise.allSettled(Array.from({ length: lanes }, lane))
  await pool.destroy()
}

function asker(pool: Pool, token: string) {
  return async (method: 'GET' | 'POST', path: string, body?: object): Promise<{ id: number }> => {
    const answer = await pool.request({
      method,
      path: `/api/v3${path}`,
      headers: { authorization: `token ${token}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const json = (await answer.body.json()) as { id: number; message?: string }
    if (answer.statusCode >= 300) throw new Error(`${answer.statusCode} ${json.message}`)
    return json
  }
}

async function readBack(server: Serving, token: string, promised: Promised) {
  const pool = new Pool(server.url, { connections: lanes })
  const ask = asker(pool, token)
  const kept = new Set<number>()
  const keptStatuses = new Set<number>()
  const base = '/repos/octo/hello/deployments'
  for (const id of promised.deployments) {
    await ask('GET', `${base}/${id}`).then(
      () => kept.add(id),
      () => undefined,
    )
  }
  for (const { deployment, id } of promised.statuses) {
    await ask('GET', `${base}/${deployment}/statuses/${id}`).then(
      () => keptStatuses.add(id),
      () => undefined,
    )
  }
  await pool.close()
  return { kept, keptStatuses }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
