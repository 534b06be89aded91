import { EventEmitter } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import type { Signals } from '../../src/app.ts'
import { recordEvent } from '../../src/events/events.ts'
import { awaitPage, readPage } from '../../src/feed/feed.ts'
import { openStore } from '../../src/store/store.ts'
import { emptyDatabase, engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const everything = async () => true
const asked = { after: 0, limit: 100, names: undefined }

async function open(engine: 'sqlite' | 'postgres', names: readonly string[]) {
  const { app, ...server } = await startServer({ engine })
  const owner = await server.user('octo')
  const repositories = []
  for (const name of names) repositories.push(await server.repository('octo', name))
  const happenIn = (id: number, { before = Promise.resolve(), written = () => {} } = {}) =>
    app.store.transaction(async (tx) => {
      const event = { repository_id: id, name: 'push', payload: {} }
      const row = await recordEvent(app, tx, event)
      written()
      await before
      return row.id
    }, id)
  return { app, repositories, happenIn, source: { type: 'owner', id: owner.id } as const }
}

/** Ids are given before the commit: whoever read the second event now would never see the first. */
it('an event waits for an earlier one whose transaction is still open', async () => {
  const { app, source, repositories, happenIn } = await open('postgres', ['one', 'two'])
  const [one, two] = repositories.map(({ id }) => id)
  const written = Promise.withResolvers<void>()
  const committing = Promise.withResolvers<void>()
  const first = happenIn(one ?? 0, { before: committing.promise, written: written.resolve })
  await written.promise
  const second = await happenIn(two ?? 0)
  expect(await readPage(app, source, asked, everything)).toMatchObject({ events: [], cursor: 0 })
  const polled = awaitPage(app, { source, asked, waitMs: 50_000 }, async () => everything)
  committing.resolve()
  const { events } = await polled
  const ids = [await first, second]
  expect(ids[0]).toBeLessThan(second)
  expect(events.map(({ id }) => id)).toEqual(ids)
})

it('an event that was rolled back is not waited for', async () => {
  const { app, source, repositories, happenIn } = await open('postgres', ['one', 'two'])
  const [one, two] = repositories.map(({ id }) => id)
  const fail = () => {
    throw new Error('no')
  }
  await expect(happenIn(one ?? 0, { written: fail })).rejects.toThrow('no')
  const id = await happenIn(two ?? 0)
  const { events } = await readPage(app, source, asked, everything)
  expect(events.map((event) => event.id)).toEqual([id])
})

it('a long poll hears of what another process wrote', async () => {
  const url = await emptyDatabase('postgres')
  const server = await startServer({ settings: { database_url: url } })
  await server.user('octo')
  const { id } = await server.repository('octo', 'hello')
  const other = await openStore(url)
  onTestFinished(() => other.close())
  const source = { type: 'repository', id } as const
  const polled = awaitPage(server.app, { source, asked, waitMs: 50_000 }, async () => everything)
  const elsewhere = { now: server.app.now, signals: new EventEmitter<Signals>() }
  const event = { repository_id: id, name: 'push', payload: {} }
  const row = await other.transaction((tx) => recordEvent(elsewhere, tx, event), id)
  expect((await polled).events).toMatchObject([{ id: row.id, guid: row.guid }])
})

it.each(engines)('a reader misses nothing of what many write at once (%s)', async (engine) => {
  const { app, source, repositories, happenIn } = await open(engine, ['a', 'b', 'c', 'd'])
  const writing = repositories.flatMap(({ id }) =>
    [1, 2].map(async () => {
      const ids = []
      for (let n = 0; n < 25; n++) ids.push(await happenIn(id))
      return ids
    }),
  )
  const seen: number[] = []
  for (let after = 0; seen.length < 200; ) {
    const limits = { source, asked: { ...asked, after }, waitMs: 8000 }
    const page = await awaitPage(app, limits, async () => everything)
    if (page.events.length === 0) break
    seen.push(...page.events.map(({ id }) => id))
    after = page.cursor
  }
  const written = (await Promise.all(writing)).flat()
  expect(seen).toEqual(written.sort((a, b) => a - b))
})
