import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * What a second node brings: statuses a second that are acknowledged, and deliveries a second that
 * arrive, by one server and by two on one PostgreSQL. `DATABASE_URL` names a database that is empty.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '2' }, ms: { type: 'string', default: '5000' } },
})
const roundMs = Number(values.ms)
const lanes = 16
const repositories = 8
const url = process.env['DATABASE_URL']
if (!url) throw new Error('DATABASE_URL must name an empty PostgreSQL database')

const slipway = join(import.meta.dirname, '../bin/slipway')
const folder = mkdtempSync(join(tmpdir(), 'slipway-nodes-'))
const shared = join(folder, 'repositories')
type Node = { readonly api: string; readonly child: ChildProcess }

async function startNode(name: string): Promise<Node> {
  const ports = ['--port', '0', '--ssh-port', '0', '--webhook-allow', '127.0.0.0/8']
  const where = ['--data', join(folder, name), '--repositories', shared]
  const child = spawn(slipway, ['serve', ...where, ...ports, '--log-level', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += String(chunk)
    const [, api] = /API +(\S+\/api\/v3)/.exec(printed) ?? []
    if (api) return { api, child }
  }
  throw new Error(`The server did not start: ${printed}`)
}

async function stopNode({ child }: Node): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

const cli = (...args: string[]) =>
  execFileSync(slipway, [...args, '--data', join(folder, 'a')], { encoding: 'utf8' }).trim()
cli('user', 'create', 'octo')
const token = cli('token', 'create', '--user', 'octo', '--scopes', 'repo')
mkdirSync(join(folder, 'b'))
copyFileSync(join(folder, 'a', 'secret.key'), join(folder, 'b', 'secret.key'))

async function post(api: string, path: string, body: object): Promise<{ id: number }> {
  const headers = { authorization: `token ${token}`, 'user-agent': 'bench' }
  const answer = await fetch(api + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as { id: number }
}

let arrived = 0
const receiver = createServer((request, response) => {
  arrived += 1
  request.resume().once('end', () => response.end())
})
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
const config = {
  url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
  content_type: 'json',
}

async function prepare(api: string): Promise<string[]> {
  const paths: string[] = []
  for (let n = 0; n < repositories; n += 1) {
    await post(api, '/user/repos', { name: `r${n}`, auto_init: true })
    await post(api, `/repos/octo/r${n}/hooks`, { config, events: ['deployment_status'] })
    const wanted = { ref: 'main', required_contexts: [] }
    const { id } = await post(api, `/repos/octo/r${n}/deployments`, wanted)
    paths.push(`/repos/octo/r${n}/deployments/${id}/statuses`)
  }
  return paths
}

type Rates = { readonly posts: number; readonly deliveries: number }

async function measure(apis: readonly string[], paths: readonly string[]): Promise<Rates> {
  const [startedAt, arrivedBefore] = [performance.now(), arrived]
  let posts = 0
  async function lane(n: number): Promise<void> {
    while (performance.now() - startedAt < roundMs) {
      const [api = '', path = ''] = [apis[n % apis.length], paths[n % paths.length]]
      await post(api, path, { state: 'in_progress' })
      posts += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)))
  while (arrived - arrivedBefore < posts) await new Promise((resolve) => setTimeout(resolve, 5))
  const seconds = (performance.now() - startedAt) / 1000
  return { posts: posts / (roundMs / 1000), deliveries: (arrived - arrivedBefore) / seconds }
}

const first = await startNode('a')
const paths = await prepare(first.api)
const results: { nodes: number; rates: Rates }[] = []
async function round(nodes: readonly Node[]): Promise<void> {
  const apis = nodes.map(({ api }) => api)
  const rates = await measure(apis, paths)
  results.push({ nodes: nodes.length, rates })
  const [posts, deliveries] = [rates.posts, rates.deliveries].map(Math.round)
  process.stdout.write(`${nodes.length} nodes: ${posts} posts/s, ${deliveries} deliveries/s\n`)
}
await measure([first.api], paths)
results.length = 0
for (let n = 0; n < Number(values.rounds); n += 1) {
  await round([first])
  const second = await startNode('b')
  await round([first, second])
  await round([first, second])
  await stopNode(second)
  await round([first])
}
await stopNode(first)
receiver.close()
receiver.closeAllConnections()
rmSync(folder, { recursive: true })

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
const ratioOf = (rate: keyof Rates) => {
  const [one = 1, two = 0] = [1, 2].map((nodes) =>
    median(results.filter((row) => row.nodes === nodes).map(({ rates }) => rates[rate])),
  )
  return (two / one).toFixed(2)
}
process.stdout.write(
  `two nodes to one: ${ratioOf('posts')} posts, ${ratioOf('deliveries')} deliveries (load of the machine ${loadavg()[0]?.toFixed(1)})\n`,
)
