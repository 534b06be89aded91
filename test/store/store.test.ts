import { describe, expect, it, onTestFinished } from 'vitest'
import { Duplicate } from '../../src/store/engine.ts'
import { columns, query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import type { AccountRow } from '../../src/tables/accounts.ts'
import { type EngineName, emptyDatabase, engines } from '../support/engines.ts'

type NewAccount = Pick<
  AccountRow,
  'login' | 'login_key' | 'type' | 'site_admin' | 'created_at' | 'updated_at'
>
const names = ['login', 'login_key', 'type', 'site_admin', 'created_at', 'updated_at'] as const

const insertAccount = query((db, p: NewAccount) =>
  db.insertInto('accounts').values(columns(p, names)).returningAll(),
)
const accounts = query((db, _: object) => db.selectFrom('accounts').selectAll().orderBy('id'))

const account = (login: string): NewAccount => ({
  login,
  login_key: login.toLowerCase(),
  type: 'User',
  site_admin: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
})

async function open(engine: EngineName) {
  const store = await openStore(await emptyDatabase(engine))
  onTestFinished(() => store.close())
  return store
}

describe.each(engines)('the store on %s', (engine) => {
  it('gives rows ascending ids and reads them back as written', async () => {
    const store = await open(engine)
    const [first, second] = await store.transaction(async (tx) => [
      await tx.first(insertAccount, account('Octo')),
      await tx.first(insertAccount, account('hubot')),
    ])
    expect(second?.id).toBeGreaterThan(first?.id ?? Number.NaN)
    expect((await store.read.all(accounts, {})).map((row) => row.login)).toEqual(['Octo', 'hubot'])
  })

  it('undoes a failed transaction and leaves its neighbours alone', async () => {
    const store = await open(engine)
    const outcomes = await Promise.allSettled([
      store.transaction((tx) => tx.first(insertAccount, account('one'))),
      store.transaction(async (tx) => {
        await tx.first(insertAccount, account('two'))
        throw new Error('changed my mind')
      }),
      store.transaction((tx) => tx.first(insertAccount, account('three'))),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const logins = (await store.read.all(accounts, {})).map((row) => row.login)
    expect(logins.sort()).toEqual(['one', 'three'])
  })

  it('says Duplicate when a unique index refuses a row', async () => {
    const store = await open(engine)
    await store.transaction((tx) => tx.first(insertAccount, account('octo')))
    const again = store.transaction((tx) => tx.first(insertAccount, account('OCTO')))
    await expect(again).rejects.toBeInstanceOf(Duplicate)
  })

  it('shows nothing of a transaction in progress to readers', async () => {
    const store = await open(engine)
    let seen: number | undefined
    const writing = store.transaction(async (tx) => {
      await tx.first(insertAccount, account('octo'))
      const reading = store.read.all(accounts, {}).then((rows) => {
        seen = rows.length
      })
      if (engine === 'postgres') await reading
    })
    await writing
    expect(seen).toBe(0)
  })

  it('calls back after the commit, and not after a rollback', async () => {
    const store = await open(engine)
    const called: string[] = []
    await store.transaction(async (tx) => tx.onCommit(() => called.push('committed')))
    const refused = store.transaction(async (tx) => {
      tx.onCommit(() => called.push('rolled back'))
      throw new Error('no')
    })
    await expect(refused).rejects.toThrow('no')
    expect(called).toEqual(['committed'])
  })

  it('runs transactions of one repository one after another', async () => {
    const store = await open(engine)
    let inside = 0
    let most = 0
    const body = async (tx: Parameters<Parameters<typeof store.transaction>[0]>[0]) => {
      inside += 1
      most = Math.max(most, inside)
      await tx.all(accounts, {})
      inside -= 1
    }
    await Promise.all(Array.from({ length: 20 }, () => store.transaction(body, 7)))
    expect(most).toBe(1)
  })

  it('keeps everything over a restart and migrates only once', async () => {
    const url = await emptyDatabase(engine)
    const before = await openStore(url)
    await before.transaction((tx) => tx.first(insertAccount, account('octo')))
    await before.close()
    const after = await openStore(url)
    onTestFinished(() => after.close())
    expect(await after.read.all(accounts, {})).toHaveLength(1)
  })

  it('refuses a database that a newer version has migrated', async () => {
    const url = await emptyDatabase(engine)
    await (await openStore(url)).close()
    await futureVersion(engine, url)
    await expect(openStore(url)).rejects.toThrow(/schema version 9000, made by a newer Slipway/)
  })
})

it('nodes that start together migrate a database once', async () => {
  const url = await emptyDatabase('postgres')
  const stores = await Promise.all([1, 2, 3].map(() => openStore(url)))
  for (const store of stores) await store.close()
})

async function futureVersion(engine: EngineName, url: string): Promise<void> {
  const statement = 'insert into migrations (version) values (9000)'
  if (engine === 'sqlite') {
    const { DatabaseSync } = await import('node:sqlite')
    const db = new DatabaseSync(url)
    db.exec(statement)
    return db.close()
  }
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

const renameAccount = query((db, p: { login_key: string; name: string }) =>
  db.updateTable('accounts').set({ name: p.name }).where('login_key', '=', p.login_key),
)

it('begins again where PostgreSQL ends one of two transactions that wait for each other', async () => {
  const store = await open('postgres')
  await store.transaction(async (tx) => {
    for (const login of ['one', 'two']) await tx.first(insertAccount, account(login))
  })
  const both = Promise.withResolvers<void>()
  let begun = 0
  const rename = (name: string, first: string, second: string) =>
    store.transaction(async (tx) => {
      await tx.all(renameAccount, { login_key: first, name })
      begun += 1
      if (begun === 2) both.resolve()
      await both.promise
      await tx.all(renameAccount, { login_key: second, name })
    })
  await Promise.all([rename('left', 'one', 'two'), rename('right', 'two', 'one')])
  const [one, two] = await store.read.all(accounts, {})
  expect(one?.name).toBe(two?.name)
  // Each once, and whichever was ended once more.
  expect(begun).toBeGreaterThan(2)
})
