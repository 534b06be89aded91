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

  /** As behind a load balancer: whoever does not answer is passed by. A request that a server took is never broken off. */
  async function post(path: string, body: object): Promise<{ id: number }> {
    for (let turn = 0; ; turn += 1) {
      const server = servers[turn % 2 === 0 ? 0 : 1]
      try {
        return await cluster.post(server, path, body)
      } catch (error) {
        const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
        if (!isRefused) throw error
      }
    }
  }
  async function produce() {
    while (!isOver) {
      const { id } = await post(deployments, wanted)
      promised.set(id, 1)
      for (const state of ['queued', 'in_progress', 'success']) {
        await post(`${deployments}/${id}/statuses`, { state })
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
