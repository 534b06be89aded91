import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { openLeases } from '../../src/delivery/leases/leases.ts'
import { query } from '../../src/store/query.ts'
import { eventually, openWorld, type World } from '../deliveries/world.ts'
import { disorderIn, startNode, startNotingReceiver } from '../leases/nodes.ts'
import { times } from '../leases/times.ts'
import { temporaryFolder } from '../support/engines.ts'
import { until } from '../support/program.ts'

/** A way to the database that can be made to swallow everything, as a broken network does. */
async function startWire(url: string) {
  const socketName = '.s.PGSQL.5432'
  const [, encoded = ''] = url.match(/host=([^&]+)/) ?? []
  const folder = temporaryFolder()
  const open = new Set<Socket>()
  let isFrozen = false
  const server = createServer((near) => {
    const far = connect(join(decodeURIComponent(encoded), socketName))
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      if (isFrozen) from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(join(folder, socketName), resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return {
    url: url.replace(encoded, encodeURIComponent(folder)),
    freeze() {
      isFrozen = true
      for (const socket of open) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of open) socket.resume()
    },
  }
}

const happen = (world: World, n: number) =>
  world.happen('deployment_status', { n, key: 'k' }, 'deployment:k')
const allDelivered = (world: World, count: number) =>
  eventually(
    world.deliveries,
    (rows) => rows.length === count && rows.every(({ state }) => state === 'delivered'),
  )

it('M3: a node whose connections are half open loses its hooks, and gets no second chance to record', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver()
  await world.addHook({ url: receiver.url })
  const wire = await startWire(world.url)
  await startNode(world, wire.url)
  await happen(world, 1)
  await allDelivered(world, 1)
  wire.freeze()
  await happen(world, 2)
  await startNode(world)
  await allDelivered(world, 2)
  wire.thaw()
  for (const n of [3, 4, 5]) await happen(world, n)
  await allDelivered(world, 5)
  expect(receiver.arrived.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5])
  expect(disorderIn(receiver.arrived)).toEqual([])
})

const living = query((db, _: object) =>
  db
    .selectFrom('nodes')
    .select('id')
    .where(sql<boolean>`lease_until::timestamptz > clock_timestamp()`),
)

it('I-9: a node that cannot renew stops by itself, before anybody may take its hooks', async () => {
  const world = await openWorld('postgres')
  const hookId = await world.addHook({ url: 'http://127.0.0.1:9/' })
  await happen(world, 1)
  const wire = await startWire(world.url)
  const leases = openLeases({ ...world.app, store: { ...world.store, sharedUrl: wire.url } }, times)
  onTestFinished(() => leases[Symbol.asyncDispose]())
  await until(async () => (await leases.claim()).includes(hookId))
  expect(leases.findEpoch(hookId)).toBe(1)
  wire.freeze()
  await until(() => leases.findEpoch(hookId) === undefined)
  expect(await world.store.read.all(living, {})).toHaveLength(1)
  wire.thaw()
  // It goes on under another name and a higher number.
  await until(async () => (await leases.claim()).includes(hookId))
  expect(leases.findEpoch(hookId)).toBe(2)
})
