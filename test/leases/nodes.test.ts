import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openLeases } from '../../src/delivery/leases/leases.ts'
import { query } from '../../src/store/query.ts'
import { eventually, openWorld, type World } from '../deliveries/world.ts'
import { until } from '../support/program.ts'
import { disorderIn, spawnNode, startNode, startNotingReceiver } from './nodes.ts'
import { times } from './times.ts'

const owners = query((db, _: object) =>
  db.selectFrom('hook_states').select(['hook_id', 'lease_owner', 'lease_epoch']).orderBy('hook_id'),
)
const nodes = query((db, _: object) => db.selectFrom('nodes').select('id'))
const ownerCount = async (world: World) =>
  new Set((await world.store.read.all(owners, {})).map(({ lease_owner }) => lease_owner)).size
const allDelivered = (world: World, count: number) =>
  eventually(
    world.deliveries,
    (rows) => rows.length === count && rows.every(({ state }) => state === 'delivered'),
  )
const happen = (world: World, n: number) =>
  world.happen('deployment_status', { n, key: `k${n % 3}` }, `deployment:k${n % 3}`)

it('M1: two nodes share hooks and send nothing twice, and one that leaves is replaced at once', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver(() => Math.random() * 10)
  for (let n = 0; n < 6; n += 1) await world.addHook({ url: receiver.url })
  const [first] = [await startNode(world), await startNode(world)]
  await eventually(
    () => world.store.read.all(nodes, {}),
    (rows) => rows.length === 2,
  )
  for (let n = 1; n <= 15; n += 1) await happen(world, n)
  await eventually(
    async () => receiver.arrived.length,
    (count) => count >= 20,
  )
  expect(await ownerCount(world)).toBe(2)
  const leftAt = performance.now()
  await first.stop()
  for (let n = 16; n <= 30; n += 1) await happen(world, n)
  await allDelivered(world, 180)
  // Far less than what a lease that runs out would take, on a machine that is not busy.
  expect(performance.now() - leftAt).toBeLessThan(20_000)
  expect(receiver.arrived.length).toBe(180)
  expect(disorderIn(receiver.arrived)).toEqual([])
  expect(await ownerCount(world)).toBe(1)
})

it('M2: a node that was stopped for longer than its lease records nothing and sends nothing more', async () => {
  const world = await openWorld('postgres')
  let isAnswering = false
  const receiver = await startNotingReceiver(() => (isAnswering ? 0 : null))
  const hookId = await world.addHook({ url: receiver.url })
  const stopped = await spawnNode(world)
  await happen(world, 3)
  await happen(world, 6)
  await eventually(
    async () => receiver.arrived.length,
    (count) => count === 1,
  )
  const [before] = await world.store.read.all(owners, {})
  stopped.kill('SIGSTOP')

  isAnswering = true
  await startNode(world)
  await allDelivered(world, 2)
  expect(receiver.arrived.map(({ n }) => n)).toEqual([3, 3, 6])
  const [after] = await world.store.read.all(owners, {})
  expect(after?.lease_epoch).toBe((before?.lease_epoch ?? 0) + 1)
  expect(after?.lease_owner).not.toBe(before?.lease_owner)

  receiver.unanswered[0]?.()
  stopped.kill('SIGCONT')
  for (const n of [9, 12, 15]) await happen(world, n)
  await allDelivered(world, 5)
  expect(receiver.arrived.map(({ n }) => n)).toEqual([3, 3, 6, 9, 12, 15])
  expect((await world.attempts()).map(({ delivery_id }) => delivery_id)).toEqual([1, 2, 3, 4, 5])
  expect((await world.store.read.all(owners, {}))[0]).toEqual(after)
  expect((await world.hook(hookId))?.last_code).toBe(200)
})

it('M4: what was written without a word is found by looking', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver()
  await world.addHook({ url: receiver.url })
  await startNode(world)
  // This process is no node, so it tells nobody.
  await happen(world, 1)
  await allDelivered(world, 1)
  await happen(world, 2)
  await allDelivered(world, 2)
})

it('M5: goes on after all its connections were ended', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver(() => 5)
  await world.addHook({ url: receiver.url })
  await startNode(world)
  for (let n = 1; n <= 5; n += 1) await happen(world, n)
  await world.store.read.all(endOthers, {})
  for (let n = 6; n <= 10; n += 1) await happen(world, n)
  await allDelivered(world, 10)
  expect(disorderIn(receiver.arrived)).toEqual([])
})

const endOthers = query((db, _: object) =>
  db.selectNoFrom((e) =>
    e
      .selectFrom(sql<{ pid: number }>`pg_stat_activity`.as('one'))
      .select(sql<number>`count(pg_terminate_backend(pid))`.as('count'))
      .where(sql<boolean>`datname = current_database() and pid <> pg_backend_pid()`)
      .as('count'),
  ),
)

it('holds on to a hook that it let go of by mistake', async () => {
  const world = await openWorld('postgres')
  const hookId = await world.addHook({ url: 'http://127.0.0.1:9/' })
  await happen(world, 1)
  await using leases = openLeases(world.app, times)
  await until(async () => (await leases.claim()).includes(hookId))
  leases.lose(hookId, 1)
  expect(leases.findEpoch(hookId)).toBe(undefined)
  expect(await leases.claim()).toEqual([hookId])
  expect(leases.findEpoch(hookId)).toBe(1)
})

it('takes a new hook after others were deleted', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver()
  await startNode(world)
  for (let n = 1; n <= 3; n += 1) {
    const hookId = await world.addHook({ url: receiver.url })
    await happen(world, n)
    await allDelivered(world, n)
    await world.removeHook(hookId)
  }
  expect(receiver.arrived.map(({ n }) => n)).toEqual([1, 2, 3])
})
