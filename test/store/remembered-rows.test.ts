import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { rememberReads } from '../../src/recent/recent-reads.ts'
import type { Db } from '../../src/store/engine.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../support/engines.ts'
import { findOwnQueries, type OwnQuery } from '../support/queries.ts'

type Asked = {
  readonly own: OwnQuery
  readonly params: object
  readonly [fc.toStringMethod]: () => string
}

/** Whatever has a name has one of these, so that what refers to something often finds it. */
const values = [1, 2]
/** What belongs to one of several has none of the others. */
const absences = [
  [],
  ['environment_id', 'organization_id', 'team_id', 'variable_id'],
  ['repository_id', 'organization_id', 'account_id', 'secret_id'],
]
const isReading = ({ sql }: OwnQuery) => /^(select|with .* select) /.test(sql)
const isInserting = ({ sql }: OwnQuery) => sql.startsWith('insert ')

it('are what the database would say, whatever has been written', async () => {
  const { store, reads, writes, fill } = await openWorld()
  // What is deleted takes most with it.
  const deletes = writes.filter(({ own }) => own.sql.startsWith('delete '))
  const write = fc.oneof(fc.constantFrom(...writes), fc.constantFrom(...deletes))
  const commit = fc.array(write, { minLength: 1, maxLength: 3 })
  const commits = fc.array(commit, { minLength: 8, maxLength: 8 })
  let written = 0
  const isNeverStale = fc.asyncProperty(commits, async (chosen) => {
    await fill()
    for (const together of chosen) {
      const asking = reads.map((read) => ask(store.read, read))
      const taken = await Promise.all(together.map((write) => attempt(store, write)))
      await Promise.all(asking)
      written += taken.filter(Boolean).length
      expect(await findStale(store, reads)).toEqual([])
    }
  })
  // What was written stays, so no less is found by trying again.
  await fc.assert(isNeverStale, { numRuns: 4, endOnFailure: true })
  expect(written).toBeGreaterThan(10)
})

/** A database of every kind of row, and all that is asked of it. */
async function openWorld() {
  const store = rememberReads(await openStore(join(temporaryFolder(), 'slipway.db')))
  onTestFinished(() => store.close())
  const queries = await findOwnQueries()
  const writes = queries.filter((own) => !isReading(own)).flatMap(askedWith)
  const inserts = writes.filter(({ own }) => isInserting(own))
  const fill = () => Promise.all(inserts.map((insert) => attempt(store, insert)))
  // What refers to something comes after it.
  for (let pass = 0; pass < 4; pass += 1) await fill()
  const reads = await findAnswered(store, queries.filter(isReading).flatMap(askedWith))
  expect(reads.length).toBeGreaterThan(200)
  return { store, reads, writes, fill }
}

const askedWith = (own: OwnQuery): Asked[] =>
  (isReading(own) ? [[]] : absences).flatMap((absent) =>
    values.map((value) => {
      const params = paramsWith(own, value, absent)
      return { own, params, [fc.toStringMethod]: () => `${own.name} ${JSON.stringify(params)}` }
    }),
  )

function paramsWith({ params }: OwnQuery, value: number, absent: readonly string[]) {
  const given = (name: string) => {
    if (name === 'limit') return 10
    return absent.includes(name) ? null : value
  }
  return { ...Object.fromEntries(params.map((name) => [name, given(name)])), offset: 0 }
}

const ask = (db: Db, { own, params }: Asked) => db.all(own.query, params)

/** Whether the database took it. */
const attempt = (store: Store, asked: Asked): Promise<boolean> =>
  store
    .transaction((tx) => ask(tx, asked))
    .then(
      () => true,
      () => false,
    )

/** Those that are for SQLite, and that there is something to remember of. */
async function findAnswered({ readOnce }: Store, reads: readonly Asked[]): Promise<Asked[]> {
  const outcomes = await Promise.allSettled(reads.map((read) => ask(readOnce, read)))
  return reads.filter((_, n) => {
    const outcome = outcomes[n]
    return outcome?.status === 'fulfilled' && outcome.value.length > 0
  })
}

async function findStale({ read, readOnce }: Store, reads: readonly Asked[]): Promise<string[]> {
  const stale: string[] = []
  for (const asked of reads) {
    const both = await Promise.all([ask(read, asked), ask(readOnce, asked)])
    if (!isDeepStrictEqual(...both)) stale.push(asked.own.name)
  }
  return stale
}
