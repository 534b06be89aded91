import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Problem } from '../../src/lib/problem.ts'
import { lockFolder } from '../../src/server/lock.ts'
import { anyTable, type Tx } from '../../src/store/engine.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import { temporaryFolder } from '../support/engines.ts'

const put = query((db, p: { name: string; value: string }) =>
  db.insertInto('settings').values({ name: p.name, value: p.value }).returning('name'),
)
const names = query((db, _: object) => db.selectFrom('settings').select('name').orderBy('name'))
async function open() {
  const store = await openStore(join(temporaryFolder(), 'slipway.db'))
  onTestFinished(() => store.close())
  return store
}

it('fails a transaction that awaits something other than its queries, and only that one', async () => {
  const store = await open()
  const outcomes = await Promise.allSettled([
    store.transaction((tx) => tx.first(put, { name: 'before', value: '' })),
    store.transaction(async (tx) => {
      await tx.first(put, { name: 'idle', value: '' })
      await nextTurn()
      await nextTurn()
    }),
    store.transaction((tx) => tx.first(put, { name: 'after', value: '' })),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await store.read.all(names, {})).toMatchObject([{ name: 'after' }, { name: 'before' }])
})

it('undoes alone whichever body fails: the first of a commit, one between others, the last, all', async () => {
  const store = await open()
  const body = (name: string) => (tx: Tx) => tx.first(put, { name, value: '' })
  const failing = async (tx: Tx) => {
    await body('undone')(tx)
    throw new Error('not this one')
  }
  const together = async (bodies: ((tx: Tx) => Promise<unknown>)[]) => {
    const outcomes = await Promise.allSettled(bodies.map((one) => store.transaction(one)))
    return outcomes.map(({ status }) => status)
  }
  const [no, yes] = ['rejected', 'fulfilled']
  expect(
    await together([failing, failing, body('a'), failing, body('b'), body('b'), failing]),
  ).toEqual([no, no, yes, no, yes, no, no])
  expect(await together([failing, failing])).toEqual([no, no])
  expect(await store.read.all(names, {})).toMatchObject([{ name: 'a' }, { name: 'b' }])
})

it('commits what waits together in few commits and acknowledges all of it', async () => {
  const store = await open()
  const writes = Array.from({ length: 1000 }, (_, n) =>
    store.transaction((tx) => tx.first(put, { name: `n${n}`, value: 'x'.repeat(2000) })),
  )
  await Promise.all(writes)
  expect(await store.read.all(names, {})).toHaveLength(1000)
})

it('tells of the tables of a commit when readers see it, and before it is acknowledged', async () => {
  const store = await open()
  const told: unknown[] = []
  store.signals.on('written', (tables) => {
    told.push([...tables])
    void store.read.all(names, {}).then((rows) => told.push(rows))
  })
  const writing = store.transaction((tx) => tx.first(put, { name: 'a', value: '' }))
  await writing.then(() => told.push('acknowledged'))
  expect(told).toEqual([['settings'], [{ name: 'a' }], 'acknowledged'])
})

it('tells of any table where SQLite says of none and somebody might have written', async () => {
  const few = query((db, _: object) =>
    db
      .with('few', (of) => of.selectFrom('settings').select('name'))
      .selectFrom('few')
      .selectAll(),
  )
  const store = await open()
  const told: ReadonlySet<string>[] = []
  store.signals.on('written', (tables) => told.push(tables))
  await store.transaction((tx) => tx.all(names, {}))
  await store.transaction((tx) => tx.all(few, {}))
  expect(told).toEqual([new Set(), new Set([anyTable])])
})

it('goes on while the log is copied and begun anew', async () => {
  const store = await open()
  const value = 'x'.repeat(200_000)
  for (let n = 0; n < 150; n += 1) {
    await store.transaction((tx) => tx.first(put, { name: `n${n}`, value }))
  }
  const started = Date.now()
  for (let n = 0; Date.now() - started < 2500; n += 1) {
    await store.transaction((tx) => tx.first(put, { name: `m${n}`, value: '' }))
    await nextTurn()
  }
  const found = await store.read.all(names, {})
  expect(found.length).toBeGreaterThan(150)
  expect(found.filter(({ name }) => name.startsWith('n'))).toHaveLength(150)
})

it('loses no acknowledged write to kill -9', async () => {
  const path = join(temporaryFolder(), 'slipway.db')
  const writer = spawn(
    process.execPath,
    [join(import.meta.dirname, '../support/endless-writer.ts'), path],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const acknowledged: string[] = []
  let rest = ''
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    acknowledged.push(...lines)
    if (acknowledged.length > 2000) writer.kill('SIGKILL')
  })
  await once(writer, 'close')
  const store = await openStore(path)
  onTestFinished(() => store.close())
  const kept = new Set((await store.read.all(names, {})).map(({ name }) => name))
  expect(acknowledged.length).toBeGreaterThan(2000)
  expect(acknowledged.filter((name) => !kept.has(name))).toEqual([])
})

it('D8: lets one process hold a data folder and says which', () => {
  const folder = temporaryFolder()
  const lock = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(Problem)
  expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`)
  lock.release()
  lockFolder(folder).release()
})

it('binds what a query asks for and nothing less', async () => {
  const store = await open()
  await expect(store.read.all(put as never, { name: 'x' } as never)).rejects.toThrow('"value"')
})
