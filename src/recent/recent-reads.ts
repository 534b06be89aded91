import type { Db } from '../store/engine.ts'
import type { Query } from '../store/query.ts'
import type { Store } from '../store/store.ts'
import { openRecent, type Recent } from './recent.ts'

const bytesMax = 8 * 1024 * 1024
/** What somebody changed with an SQL shell of their own is seen after this long. */
const rememberedMs = 1_000

type Rows<R> = { readonly rows: readonly R[] }
/** What is known is there at once: a promise of it would cost more than looking it up. */
type Found<R> = Rows<R> | Promise<Rows<R>>

/**
 * A store that gives the same rows again for as long as nothing was written: whoever is told that
 * a write is durable finds everything forgotten. Only for a database that has no other writer,
 * which the lock on the data folder sees to; with several, a revoked token would live on elsewhere.
 */
export function rememberReads(store: Store): Store {
  let memory: ReturnType<typeof openMemory> | undefined
  const forget = () => {
    memory = undefined
  }
  const find = <P extends object, R>(query: Query<P, R>, params: P): Found<R> => {
    if (memory === undefined || performance.now() > memory.until) memory = openMemory()
    return memory.find(store.read, query, params)
  }
  const read: Db = {
    all: async (query, params) => [...(await find(query, params)).rows],
    first: async (query, params) => (await find(query, params)).rows[0],
  }
  return {
    ...store,
    read,
    transaction: (body, repositoryId) =>
      store.transaction((tx) => {
        // Before anything else is told of the commit.
        tx.onCommit(forget)
        return body(tx)
      }, repositoryId),
  }
}

function openMemory() {
  const byQuery = new Map<object, string>()
  const recent: Recent<Rows<unknown>> = openRecent({
    bytesMax,
    bytesOf: ({ rows }) => sizeOf(rows),
  })

  function find<P extends object, R>(db: Db, query: Query<P, R>, params: P): Found<R> {
    const key = nameOf(query) + JSON.stringify(params)
    return (recent.get(key) as Rows<R> | undefined) ?? read(key, db.all(query, params))
  }

  async function read<R>(key: string, asked: Promise<R[]>): Promise<Rows<R>> {
    const found = { rows: await asked }
    recent.set(key, found)
    return found
  }

  function nameOf(query: object): string {
    const known = byQuery.get(query)
    if (known !== undefined) return known
    const name = String(byQuery.size)
    byQuery.set(query, name)
    return name
  }
  return { find, until: performance.now() + rememberedMs }
}

const valueBytes = 16

function sizeOf(rows: readonly unknown[]): number {
  let bytes = 0
  for (const row of rows)
    for (const value of Object.values(row as object)) bytes += sizeOfValue(value)
  return bytes
}

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return valueBytes + value.length
  return value instanceof Uint8Array ? valueBytes + value.length : valueBytes
}
