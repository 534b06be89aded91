import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/**
 * A server under load for as long as is wanted (delivery 3.2, R2): one receiver that is well, one that
 * fails three times of ten, one that hangs. Fails when something acknowledged did not arrive, or when
 * memory or descriptors go on growing.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
const lanes = 4
const pauseMs = 20
const sampleEveryMs = 5_000
const settleMs = 60_000
const megabyte = 1024 * 1024
const grownMegabytesMax = 20
const grownFilesMax = 50
const pageBytes = 4096

const slipway = join(import.meta.dirname, '../bin/slipway')
const folder = mkdtempSync(join(tmpdir(), 'slipway-soak-'))
const cli = (...args: string[]) =>
  execFileSync(slipway, [...args, '--data', folder], { encoding: 'utf8' }).trim()

type Sample = { readonly megabytes: number; readonly files: number }

async function startServer(): Promise<{ child: ChildProcess; api: string }> {
  const ports = ['--port', '0', '--ssh-port', '0', '--webhook-allow', '127.0.0.0/8']
  const args = ['serve', '--data', folder, ...ports, '--log-level', 'error']
  const child = spawn(slipway, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const chunk of child.stdout) {
    const [, api] = /API +(\S+\/api\/v3)/.exec(String(chunk)) ?? []
    if (api) return { child, api }
  }
  throw new Error('The server did not start')
}

/** Answers as `answer` says, or never; gives where it is. */
async function startReceiver(answer: (guid: string) => number | null): Promise<string> {
  const server = createServer(async (request, response) => {
    await buffer(request)
    const status = answer(String(request.headers['x-slipway-sequence']))
    if (status !== null) response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function sampleOf(pid: number): Sample {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  const files = readdirSync(`/proc/${pid}/fd`).length
  return { megabytes: Math.round((pages * pageBytes) / megabyte), files }
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** Of the last quarter against the one before it: by then everything has been used. */
function growthOf(all: readonly number[]): number {
  const quarter = Math.floor(all.length / 4)
  return median(all.slice(-quarter)) - median(all.slice(-2 * quarter, -quarter))
}

cli('user', 'create', 'octo')
const token = cli('token', 'create', '--user', 'octo', '--scopes', 'repo')
const { child, api } = await startServer()
const missing = new Set<string>()
const acknowledged = { count: 0 }

async function post(path: string, body: object): Promise<{ id: number }> {
  const headers = { authorization: `token ${token}`, 'user-agent': 'soak' }
  const answer = await fetch(api + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as { id: number }
}

async function produce(until: number): Promise<void> {
  const deployments = '/repos/octo/hello/deployments'
  while (performance.now() < until) {
    const { id } = await post(deployments, { ref: 'main', required_contexts: [] })
    promise(`${id}.1`)
    for (const [n, state] of ['queued', 'in_progress', 'success'].entries()) {
      await post(`${deployments}/${id}/statuses`, { state })
      promise(`${id}.${n + 2}`)
      await sleep(pauseMs)
    }
  }
}

const early = new Set<string>()
/** It may arrive before its request is answered. */
function promise(sequence: string): void {
  acknowledged.count += 1
  if (!early.delete(sequence)) missing.add(sequence)
}
function arrive(sequence: string): number {
  if (!missing.delete(sequence)) early.add(sequence)
  return 200
}

async function watch(until: number): Promise<Sample[]> {
  const samples: Sample[] = []
  while (performance.now() < until) {
    await sleep(sampleEveryMs)
    const sample = sampleOf(child.pid ?? 0)
    samples.push(sample)
    const { megabytes, files } = sample
    process.stdout.write(`${acknowledged.count} events, ${megabytes} MB, ${files} files\n`)
  }
  return samples
}

await post('/user/repos', { name: 'hello', auto_init: true })
const urls = [
  await startReceiver(arrive),
  await startReceiver(() => (Math.random() < 0.3 ? 500 : 200)),
  await startReceiver(() => null),
]
for (const url of urls) {
  const config = { url, content_type: 'json' }
  const events = ['deployment', 'deployment_status']
  await post('/repos/octo/hello/hooks', { config, events })
}
const end = performance.now() + minutes * 60_000
const [samples] = await Promise.all([
  watch(end),
  ...Array.from({ length: lanes }, () => produce(end)),
])
const deadline = performance.now() + settleMs
while (missing.size > 0 && performance.now() < deadline) await sleep(100)
const grown = {
  megabytes: growthOf(samples.map(({ megabytes }) => megabytes)),
  files: growthOf(samples.map(({ files }) => files)),
}
const exited = once(child, 'exit')
child.kill('SIGTERM')
await exited
rmSync(folder, { recursive: true })
process.stdout.write(
  `${acknowledged.count} events acknowledged, ${missing.size} of them missing; grown by ${grown.megabytes} MB and ${grown.files} files in the last quarter\n`,
)
const isGrowing = grown.megabytes > grownMegabytesMax || grown.files > grownFilesMax
process.exit(missing.size > 0 || isGrowing ? 1 : 0)
