import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { startRetention } from '../../src/delivery/retention/retention.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import { eventually, openWorld, type World } from '../deliveries/world.ts'
import { startNotingReceiver } from '../leases/nodes.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { temporaryFolder } from '../support/engines.ts'
import { until } from '../support/program.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const countOfEvents = query((db, _: object) =>
  db
    .selectFrom('events')
    .leftJoin('deliveries', 'deliveries.event_id', 'events.id')
    .select((e) => [
      e.fn.countAll<number>().as('events'),
      e.fn.count<number>('deliveries.id').as('deliveries'),
    ]),
)

/** The process records until it comes to the nth call of this kind, in which it is killed; gives what it had said. */
async function runUntilKilledIn(call: string, nth: number, world: World): Promise<number[]> {
  const program = join(import.meta.dirname, '../deliveries/producer.ts')
  const strace = ['-f', '-qqq', '-o', '/dev/null', '-e', `trace=${call}`]
  const kill = ['-e', `inject=${call}:signal=SIGKILL:when=${nth}`]
  const args = [...strace, ...kill, process.execPath, program, world.url]
  const child = spawn('strace', [...args, String(world.repositoryId), '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: number[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => line !== 'started' && said.push(Number(line)))
  child.once('error', () => {
    throw new Error('strace is missing: apt-get install strace')
  })
  await once(child, 'close')
  return said
}

it.each([
  ['while the log is written', 'pwrite64', [40, 61, 82, 103]],
  ['before the log is flushed', 'fdatasync', [8, 15]],
  ['after it, before anything is said of it', 'write', [60, 90]],
])(
  'D3: killed %s, a commit is whole or not at all, and nothing was said too early',
  async (_when, call, moments) => {
    let saidInAll = 0
    for (const nth of moments) {
      const world = await openWorld('sqlite', join(temporaryFolder(), 'slipway.db'))
      await world.addHook({ url: 'http://127.0.0.1:9/' })
      await world.close()
      const said = await runUntilKilledIn(call, nth, world)
      const store = await openStore(world.url)
      const count = await store.read.first(countOfEvents, {})
      await store.close()
      expect(count?.deliveries).toBe(count?.events)
      // What was recorded and not said of is one, for one at a time is recorded.
      expect([said.length, said.length + 1]).toContain(count?.events)
      saidInAll += said.length
    }
    expect(saidInAll).toBeGreaterThan(0)
  },
)

it('D7: a clock that jumps an hour ahead and back again loses nothing, and causes no storm', async () => {
  const world = await openWorld()
  let status = '500 Oops'
  await using server = await startFaultServer({ answer: (socket) => socket.write(reply(status)) })
  await world.addHook({ url: server.url })
  await using _ = world.startDispatcher()
  await world.happen('push', { n: 1 })
  await eventually(world.attempts, (rows) => rows.length === 1)
  world.advance(hourMs)
  await eventually(world.attempts, (rows) => rows.length === 2)
  world.advance(-hourMs)
  status = '200 OK'
  await world.happen('push', { n: 2 })
  await eventually(world.deliveries, ([, second]) => second?.state === 'delivered')
  expect(await world.attempts()).toHaveLength(3)
  world.advance(2 * hourMs)
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))
  expect(await world.attempts()).toHaveLength(4)
})

/** As an operator makes one of a database in use. */
function backUp(path: string, to: string): void {
  const db = new DatabaseSync(path)
  db.prepare('vacuum into ?').run(to)
  db.close()
}

it('D9: with a backup of yesterday what was pending then is sent, and nothing else', async () => {
  const world = await openWorld('sqlite', join(temporaryFolder(), 'slipway.db'))
  const receiver = await startNotingReceiver()
  await world.addHook({ url: receiver.url })
  const happen = (n: number) => world.happen('deployment_status', { n, key: 'k' }, 'deployment:k')
  const first = world.startDispatcher()
  for (const n of [1, 2, 3]) await happen(n)
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))
  await first[Symbol.asyncDispose]()
  for (const n of [4, 5]) await happen(n)
  const backup = join(temporaryFolder(), 'backup.db')
  backUp(world.url, backup)
  const second = world.startDispatcher()
  for (const n of [6, 7]) await happen(n)
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))
  await second[Symbol.asyncDispose]()
  receiver.arrived.length = 0

  const store = await openStore(backup)
  onTestFinished(() => store.close())
  await using _ = world.startDispatcher({ ...world.app, store })
  await until(() => receiver.arrived.length === 2)
  expect(receiver.arrived.map(({ n }) => n)).toEqual([4, 5])
})

const eventsPerHour = 20

it('R4: the log and the database stay bounded while a receiver is down for a week', async () => {
  const world = await openWorld('sqlite', join(temporaryFolder(), 'slipway.db'))
  await world.addHook({ url: 'http://127.0.0.1:9/' })
  await using _dispatcher = world.startDispatcher()
  await using _retention = startRetention(world.app, { days: 3, everyMs: 50 })
  const text = 'x'.repeat(10_000)
  const sizes: number[] = []
  for (let day = 0; day < 7; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      for (let n = 0; n < eventsPerHour; n += 1) await world.happen('push', { text })
      world.advance(hourMs)
    }
    const oldest = new Date(world.app.now().getTime() - 3.5 * dayMs).toISOString()
    await until(async () => {
      const [row] = await world.store.read.all(oldestPending, {})
      return row === undefined || row.created_at > oldest
    }, 60_000)
    sizes.push(statSync(world.url).size + statSync(`${world.url}-wal`).size)
  }
  // Room that was freed is used again: after the days that are kept it does not grow any more.
  expect(sizes[6]).toBeLessThan((sizes[4] ?? 0) * 1.5)
})

const oldestPending = query((db, _: object) =>
  db
    .selectFrom('deliveries')
    .select('created_at')
    .where('state', 'in', ['pending', 'held'])
    .orderBy('id')
    .limit(1),
)
