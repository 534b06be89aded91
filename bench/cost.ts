import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  addHooks,
  addIdleHook,
  docs,
  idIn,
  installSlipway,
  postDeployment,
  reading,
} from './installation.ts'
import type { Endpoint, Load } from './measure.ts'
import { sendTimes } from './pacing.ts'
import { startReceivers } from './receivers.ts'

/**
 * The processor time that the server's own thread, and all of its threads, spend on a request,
 * the least of several rounds: what to compare before and after a change while a machine has
 * other work to do. Names of rows pick them; `BENCH_CPU_PROF=FOLDER` profiles.
 */
const { values: flags, positionals: picked } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '5' },
    hooks: { type: 'string', default: '3' },
  },
})

type Row = { readonly name: string; readonly endpoint: Endpoint; readonly hooks?: number }

const folder = mkdtempSync(join(tmpdir(), 'slipway-cost-'))
try {
  await measureAll()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureAll(): Promise<void> {
  await using receivers = await startReceivers({ answering: Number(flags.hooks) })
  await using server = await installSlipway(folder)
  const { load } = server
  for (const { name, endpoint, hooks = 0 } of await rowsFor(load)) {
    if (picked.length > 0 && !picked.includes(name)) continue
    if (hooks > 0) await addHooks(load, receivers.ports.answering)
    const costs: Cost[] = []
    for (let round = 0; round <= Number(flags.rounds); round += 1) {
      await receivers.begin()
      const before = costOf(load)
      await sendTimes(load, endpoint, Number(flags.count))
      await receivers.arrived(Number(flags.count) * hooks)
      costs.push(since(before, costOf(load)))
    }
    // The first round was to warm up.
    say(name, costs.slice(1))
  }
}

async function rowsFor(load: Load): Promise<readonly Row[]> {
  const id = idIn(await load.ask(postDeployment()))
  const sha = /"sha":"(\w+)"/.exec(await load.ask(reading(`${docs}/git/ref/heads/main`)))?.[1]
  const hook = await addIdleHook(load)
  const patch = (count: number) => ({ description: `Number ${count}` })
  const address = (count: number) => ({
    config: { url: `https://example.com/${count}`, content_type: 'json' },
  })
  const tag = (count: number) => ({ ref: `refs/tags/t${count}`, sha })
  return [
    { name: 'zen', endpoint: reading('/zen') },
    { name: 'user', endpoint: reading('/user') },
    { name: 'repository', endpoint: reading(docs) },
    { name: 'repositories', endpoint: reading('/user/repos') },
    { name: 'people', endpoint: reading(`${docs}/collaborators`) },
    { name: 'get', endpoint: reading(`${docs}/deployments/${id}`) },
    { name: 'hooks', endpoint: reading(`${docs}/hooks`) },
    { name: 'branches', endpoint: reading(`${docs}/branches`) },
    { name: 'branch', endpoint: reading(`${docs}/branches/main`) },
    { name: 'commits', endpoint: reading(`${docs}/commits`) },
    { name: 'commit', endpoint: reading(`${docs}/commits/${sha}`) },
    { name: 'ref', endpoint: reading(`${docs}/git/ref/heads/main`) },
    { name: 'git-commit', endpoint: reading(`${docs}/git/commits/${sha}`) },
    { name: 'tree', endpoint: reading(`${docs}/git/trees/${sha}`) },
    { name: 'contents', endpoint: reading(`${docs}/contents/README.md`) },
    { name: 'patch', endpoint: { name: 'PATCH', method: 'PATCH', path: docs, body: patch } },
    {
      name: 'patch-hook',
      endpoint: { name: 'PATCH', method: 'PATCH', path: `${docs}/hooks/${hook}`, body: address },
    },
    {
      name: 'refs',
      endpoint: { name: 'refs', method: 'POST', path: `${docs}/git/refs`, body: tag },
    },
    { name: 'post', endpoint: postDeployment() },
    { name: 'post-hooks', endpoint: postDeployment(), hooks: Number(flags.hooks) },
  ]
}

/** Microseconds of processor time: of the event loop, and of all threads. */
type Cost = { readonly loop: number; readonly all: number }

function costOf({ peer: { pid } }: Load): Cost {
  const tasks = readdirSync(`/proc/${pid}/task`).map((task) => spentBy(pid, task))
  return { loop: spentBy(pid, String(pid)), all: tasks.reduce((sum, one) => sum + one, 0) }
}

/** The first field of schedstat, in nanoseconds (proc(5) knows it as sched-stats.rst does). */
function spentBy(pid: number, task: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8')
    return Number(text.split(' ')[0]) / 1000
  } catch {
    // The thread has ended since it was listed.
    return 0
  }
}

function since(before: Cost, after: Cost): Cost {
  const count = Number(flags.count)
  return { loop: (after.loop - before.loop) / count, all: (after.all - before.all) / count }
}

function say(name: string, costs: readonly Cost[]): void {
  const least = (part: keyof Cost) => Math.min(...costs.map((cost) => cost[part])).toFixed(0)
  process.stdout.write(
    `${name.padEnd(12)} ${least('loop').padStart(6)} µs, all threads ${least('all').padStart(6)} µs\n`,
  )
}
