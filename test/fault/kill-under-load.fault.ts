import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { query } from '../../src/store/query.ts'
import { openWorld, type World } from '../deliveries/world.ts'
import { type Arrival, disorderIn } from '../leases/nodes.ts'
import { times } from '../leases/times.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { emptyDatabase } from '../support/engines.ts'
import { until } from '../support/program.ts'

/** D1, D2, D4, O6, M2: processes that record and send, killed and stopped at any moment. */

const kills = 25
const keysOfProducer = 3

/** Three receivers: one is well, one fails three times of ten, one hangs. All are well in the end. */
async function startReceivers() {
  const arrived: Arrival[] = []
  const ends = { isWell: false }
  async function start(answer: (respond: (status: string) => void) => void) {
    const server = await startFaultServer({
      answer: (socket, { head, body }) => {
        const hook = head.match(/X-GitHub-Hook-ID: (\d+)/i)?.[1] ?? ''
        arrived.push({ ...(JSON.parse(body) as { key: string; n: number }), hook })
        answer((status) => void socket.write(reply(status)))
      },
    })
    onTestFinished(() => server[Symbol.asyncDispose]())
    return server.url
  }
  const well = await start((respond) => setTimeout(respond, Math.random() * 20, '200 OK'))
  const failing = await start((respond) =>
    respond(!ends.isWell && Math.random() < 0.3 ? '500 Oops' : '200 OK'),
  )
  const hanging = await start((respond) => ends.isWell && respond('200 OK'))
  return { arrived, ends, urls: [well, failing, hanging] }
}

/** Runs a process that goes on recording numbers from `first` on, and dispatches. */
async function startProducer(world: World, name: string, first: number) {
  const program = join(import.meta.dirname, '../deliveries/producer.ts')
  const args = [program, world.url, String(world.repositoryId), String(first), name]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: number[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => line !== 'started' && said.push(Number(line)))
  await once(lines, 'line')
  return { child, said }
}

async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

/** Lets the rest be delivered, by hours that pass at once, and looks at what came of all. */
async function settle(world: World, receivers: Awaited<ReturnType<typeof startReceivers>>) {
  receivers.ends.isWell = true
  await using _ = world.startDispatcher(world.app, times)
  await until(async () => {
    world.advance(3_600_000)
    await sleep(250)
    return (await world.store.read.first(undelivered, {})) === undefined
  }, 300_000)
}

const undelivered = query((db, _: object) =>
  db.selectFrom('deliveries').select('id').where('state', '<>', 'delivered').limit(1),
)

function duplicatesIn(arrived: readonly Arrival[], hook: number): number {
  const ours = arrived.filter((one) => one.hook === String(hook))
  return ours.length - new Set(ours.map(({ key, n }) => `${key} ${n}`)).size
}

function expectAll(arrived: readonly Arrival[], hook: number, durable: readonly string[]): void {
  const ours = arrived.filter((one) => one.hook === String(hook))
  const seen = new Set(ours.map(({ key, n }) => `${key} ${n}`))
  expect(durable.filter((one) => !seen.has(one))).toEqual([])
}

it('D1, D2, D4: 25 kills of the one process on SQLite lose nothing and no order', async () => {
  const receivers = await startReceivers()
  const world = await openWorld('sqlite', await emptyDatabase('sqlite'))
  const hooks: number[] = []
  for (const url of receivers.urls) hooks.push(await world.addHook({ url }))
  const durable: number[] = []
  for (let n = 0; n < kills; n += 1) {
    const { child, said } = await startProducer(world, '', (durable.at(-1) ?? 0) + 1000)
    await sleep(100 + Math.random() * 400)
    await end(child)
    durable.push(...said)
  }
  await settle(world, receivers)
  const { arrived } = receivers
  for (const hook of hooks) {
    expectAll(
      arrived,
      hook,
      durable.map((n) => `deployment:${n % 3} ${n}`),
    )
  }
  expect(disorderIn(arrived)).toEqual([])
  expect(duplicatesIn(arrived, hooks[0] ?? 0)).toBeLessThanOrEqual(kills * keysOfProducer)
})

it('D1, D2, O6, M2: two nodes on PostgreSQL, killed, stopped and resumed, lose nothing and no order', async () => {
  const receivers = await startReceivers()
  const world = await openWorld('postgres')
  const hooks: number[] = []
  for (const url of receivers.urls) hooks.push(await world.addHook({ url }))
  const durable: string[] = []
  const keep = (name: string, said: readonly number[]) =>
    durable.push(...said.map((n) => `deployment:${name}${n % 3} ${n}`))
  const nodes = { a: await startProducer(world, 'a', 1), b: await startProducer(world, 'b', 1) }
  for (let n = 1; n <= kills; n += 1) {
    const name = n % 2 === 0 ? 'a' : 'b'
    const { child, said } = nodes[name]
    await sleep(100 + Math.random() * 400)
    if (n % 5 === 0) {
      child.kill('SIGSTOP')
      await sleep(times.leaseMs * 1.5)
      child.kill('SIGCONT')
      continue
    }
    await end(child)
    keep(name, said)
    nodes[name] = await startProducer(world, name, (said.at(-1) ?? n * 100_000) + 1000)
  }
  for (const name of ['a', 'b'] as const) {
    await end(nodes[name].child)
    keep(name, nodes[name].said)
  }
  await settle(world, receivers)
  const { arrived } = receivers
  for (const hook of hooks) expectAll(arrived, hook, durable)
  expect(disorderIn(arrived)).toEqual([])
  const inFlightMax = (kills + 2) * 2 * keysOfProducer
  expect(duplicatesIn(arrived, hooks[0] ?? 0)).toBeLessThanOrEqual(inFlightMax)
})
