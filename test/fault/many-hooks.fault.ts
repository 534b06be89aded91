import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { openWorld } from '../deliveries/world.ts'
import { startProducer } from '../endurance/endurance.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'

const hooks = 100_000
/** Of the whole process, with everything that is in it without hooks. */
const bytesMax = 200 * 1024 * 1024

it('R3: a hundred thousand hooks of which one is active cost next to nothing', async () => {
  const world = await openWorld()
  await using server = await startFaultServer({
    answer: (socket) => socket.write(reply('200 OK')),
  })
  await world.addHook({ url: server.url })
  const elsewhere = await world.addRepository('mona')
  await world.store.transaction((tx) => tx.all(insertHooks, { id: elsewhere, count: hooks }))
  await world.store.transaction((tx) => tx.all(insertStates, {}))
  using producer = await startProducer(world.url, world.repositoryId)
  const last = await producer.produce(100, 100)
  expect(server.received.length).toBe(100)
  expect(last.rss).toBeLessThan(bytesMax)
})

const insertHooks = query((db, p: { id: number; count: number }) =>
  db
    .insertInto('hooks')
    .columns([
      ...(['repository_id', 'active', 'url', 'content_type', 'insecure_ssl'] as const),
      ...(['created_at', 'updated_at', 'last_status'] as const),
    ])
    .expression((e) =>
      e
        .selectFrom(
          sql<{ n: number }>`(with recursive numbers (n) as (select 1 union all
            select n + 1 from numbers where n < ${p.count}) select n from numbers)`.as('numbers'),
        )
        .select([
          sql<number>`${p.id}`.as('repository'),
          sql.lit(1 as const).as('active'),
          sql.lit('http://127.0.0.1:9/').as('url'),
          sql.lit('json' as const).as('type'),
          sql.lit(0 as const).as('insecure'),
          sql.lit('2026-01-01T00:00:00.000Z').as('created'),
          sql.lit('2026-01-01T00:00:00.000Z').as('updated'),
          sql.lit('unused').as('status'),
        ]),
    ),
)
const insertStates = query((db, _: object) =>
  db
    .insertInto('hook_states')
    .columns(['hook_id', 'consecutive_failures', 'lease_epoch'])
    .expression((e) =>
      e
        .selectFrom('hooks')
        .select(['id', sql.lit(0).as('failures'), sql.lit(0).as('epoch')])
        .where('id', '>', 1),
    ),
)
