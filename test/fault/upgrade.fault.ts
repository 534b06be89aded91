import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { migrations } from '../../src/store/migrations/all.ts'
import { openStore } from '../../src/store/store.ts'
import { eventually, openWorld } from '../deliveries/world.ts'
import { spawnNode, startNotingReceiver } from '../leases/nodes.ts'
import { emptyDatabase } from '../support/engines.ts'

async function openConnection(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

it('M6: eight nodes that start at once on an empty database make its tables once', async () => {
  const url = await emptyDatabase('postgres')
  const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(url)))
  const client = await openConnection(url)
  const { rows } = await client.query('select version from migrations order by version')
  expect(rows.map(({ version }) => version)).toEqual(migrations.map((_, n) => n + 1))
  for (const store of stores) await store.close()
})

it('M6: a node goes on while a newer one has brought the tables up to date, and is not started again', async () => {
  const world = await openWorld('postgres')
  const receiver = await startNotingReceiver()
  await world.addHook({ url: receiver.url })
  await spawnNode(world)
  const happen = (n: number) => world.happen('deployment_status', { n, key: 'k' }, 'deployment:k')
  await happen(1)
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))

  // What a migration may do to tables in use: add. The newer node does it under its lock, in one transaction.
  const newer = await openConnection(world.url)
  await newer.query('begin')
  for (const table of ['deliveries', 'attempts', 'events', 'hook_states', 'hooks', 'nodes']) {
    await newer.query(`alter table ${table} add column later text not null default ''`)
  }
  await newer.query(`insert into migrations (version) values (${migrations.length + 1})`)
  const during = happen(2)
  await newer.query('commit')
  await during
  for (const n of [3, 4]) await happen(n)
  await eventually(world.deliveries, (rows) => rows.every(({ state }) => state === 'delivered'))
  expect(receiver.arrived.map(({ n }) => n)).toEqual([1, 2, 3, 4])
  await expect(openStore(world.url)).rejects.toThrow(/made by a newer Slipway/)
})
