import { expect, it } from 'vitest'
import { startRetention } from '../../src/delivery/retention/retention.ts'
import { query } from '../../src/store/query.ts'
import { eventually, openWorld } from '../deliveries/world.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { engines } from '../support/engines.ts'

const dayMs = 86_400_000
const allEvents = query((db, _: object) =>
  db.selectFrom('events').select(['id', 'ordering_key', 'sequence']).orderBy('id'),
)

it.each(engines)('what is old goes, what waits ends first, on %s', async (engine) => {
  const world = await openWorld(engine)
  await using server = await startFaultServer({
    answer: (socket) => socket.write(reply('200 OK', 'thanks')),
  })
  const hookId = await world.addHook({ url: server.url })
  const dispatcher = world.startDispatcher()
  for (const n of [1, 2]) await world.happen('deployment_status', { n }, 'deployment:1')
  await world.happen('push', {})
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))
  await dispatcher[Symbol.asyncDispose]()
  await world.happen('push', { waits: true })
  const events = () => world.store.read.all(allEvents, {})
  await using _ = startRetention(world.app, { days: 30, everyMs: 10 })

  world.advance(4 * dayMs)
  const bare = await eventually(world.attempts, (rows) =>
    rows.every(({ response_body }) => response_body.length === 0),
  )
  expect(bare.map(({ status, body_bytes }) => [status, body_bytes])).toEqual(
    Array(3).fill(['OK', 6]),
  )
  expect((await world.deliveries()).map(({ state }) => state)).toContain('pending')

  world.advance(27 * dayMs)
  const [expired] = await eventually(
    world.deliveries,
    (rows) => rows.length === 1 && rows[0]?.state === 'expired',
  )
  expect(expired).toMatchObject({ hook_id: hookId, attempts: 0, done_at: expect.any(String) })
  expect(await world.attempts()).toEqual([])
  // The last of a deployment stays, for the next to be numbered after it.
  await eventually(events, (rows) => rows.length === 2)
  expect(await events()).toEqual([
    { id: 2, ordering_key: 'deployment:1', sequence: 2 },
    { id: 4, ordering_key: null, sequence: 1 },
  ])

  world.advance(31 * dayMs)
  await eventually(world.deliveries, (rows) => rows.length === 0)
  await eventually(events, (rows) => rows.length === 1)
})
