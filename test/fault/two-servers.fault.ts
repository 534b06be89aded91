import { expect, it } from 'vitest'
import { type Serving, until } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'
import { type Cluster, openCluster } from './cluster.ts'

const deployments = '/repos/octo/hello/deployments'
const wanted = { ref: 'main', required_contexts: [], auto_merge: false }

async function makeRepository(cluster: Cluster, server: Serving, url: string): Promise<void> {
  await cluster.post(server, '/user/repos', { name: 'hello', auto_init: true })
  const config = { url, content_type: 'json' }
  await cluster.post(server, '/repos/octo/hello/hooks', { config, events: ['*'] })
}

it('two servers on one database: what one begins the other goes on with, and nothing comes twice', async () => {
  const cluster = await openCluster()
  const receiver = await startReceiver()
  const [one, two] = await cluster.startBoth()
  await makeRepository(cluster, one, receiver.url)
  const { id } = await cluster.post(one, deployments, wanted)
  for (const server of [one, two, one, two]) {
    await cluster.post(server, `${deployments}/${id}/statuses`, { state: 'in_progress' })
  }
  await until(() => receiver.received.length === 6)
  expect(await one.stop()).toBe(0)
  await cluster.post(two, `${deployments}/${id}/statuses`, { state: 'success' })
  await until(() => receiver.received.length === 7)
  expect(sequenceOf(receiver.received)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${id}.${n}`))
  expect(await two.stop()).toBe(0)
})

type Post = { readonly path: string; readonly body: object }

/**
 * As behind a load balancer: a server that is starting or stopping is passed by. What it has
 * begun to do it ends, so that nothing else may become of a request.
 */
async function postToAny(cluster: Cluster, servers: readonly [Serving, Serving], post: Post) {
  for (let turn = 0; ; turn += 1) {
    const server = servers[turn % 2 === 0 ? 0 : 1]
    const answer = await cluster.ask<{ id: number }>(server, post.path, post.body).catch(passedBy)
    if (answer === null || answer.status === 503) continue
    expect(answer).toMatchObject({ status: 201 })
    return answer.json
  }
}

function passedBy(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^ECONN(REFUSED|RESET)$/.test(code)) return null
  throw error
}

const restarts = 6
const lanes = 4

it('D6, M6: servers that are restarted in turn under load refuse nobody for long, lose nothing and keep the order', {
  timeout: 300_000,
}, async () => {
  const cluster = await openCluster()
  const receiver = await startReceiver()
  const servers = await cluster.startBoth()
  await makeRepository(cluster, servers[0], receiver.url)
  const promised = new Map<number, number>()
  let isOver = false

  async function produce() {
    while (!isOver) {
      const { id } = await postToAny(cluster, servers, { path: deployments, body: wanted })
      promised.set(id, 1)
      for (const state of ['queued', 'in_progress', 'success']) {
        await postToAny(cluster, servers, {
          path: `${deployments}/${id}/statuses`,
          body: { state },
        })
        promised.set(id, (promised.get(id) ?? 0) + 1)
      }
    }
  }
  const producing = Promise.all(Array.from({ length: lanes }, produce))
  for (let n = 0; n < restarts; n += 1) {
    const nth = n % 2 === 0 ? 0 : 1
    expect(await servers[nth].stop()).toBe(0)
    servers[nth] = await cluster.start(nth)
  }
  isOver = true
  await producing
  const wantedSequence = [...promised].flatMap(([id, count]) =>
    Array.from({ length: count }, (_, n) => `${id}.${n + 1}`),
  )
  const missing = () => {
    const seen = new Set(sequenceOf(receiver.received))
    return wantedSequence.filter((one) => !seen.has(one))
  }
  await until(() => missing().length === 0, 60_000).catch(() => undefined)
  expect(missing()).toEqual([])
  const firsts = [...new Set(sequenceOf(receiver.received))]
  for (const [id, all] of Map.groupBy(firsts, (one) => one.split('.')[0])) {
    expect([id, all]).toEqual([id, all.map((_, n) => `${id}.${n + 1}`)])
  }
  // All were stopped in order: nothing was sent twice.
  expect(firsts.length).toBe(sequenceOf(receiver.received).length)
})

type Received = Awaited<ReturnType<typeof startReceiver>>['received']
const sequenceOf = (received: Received) =>
  received.flatMap(({ headers }) => headers['x-slipway-sequence'] ?? []).map(String)
