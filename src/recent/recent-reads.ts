import type { Db } from '../store/engine.ts'
import type { Query } from '../store/query.ts'
import type { Store } from '../store/store.ts'
import { openRecent, type Recent } from './recent.ts'

const bytesMax = 8 * 1024 * 1024
/** What somebody changed with an SQL shell of their own is seen after this long. */
const rememberedMs = 1_000

type Rows = { readonly rows: readonly unknown[] }

/**
 * A store that gives the same rows again for as long as nothing was written: whoever is told that
 * a write is durable finds everything forgotten. Only for a database that has no other writer,
 * which the lock on the data folder sees to; with several, a revoked token would live on elsewhere.
 */
export function rememberReads(store: Store): Store {
  let memory = openMemory()
  const forget = () => {
    memory = openMemory()
  }
  const read: Db = {
    async all(query, params) {
      if (performance.now() > memory.until) forget()
      return await memory.all(store.read, query, params)
    },
    first: async (query, params) => (await read.all(query, params))[0],
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
  const recent: Recent<Rows> = openRecent({ bytesMax, bytesOf: ({ rows }) => sizeOf(rows) })

  async function all<P extends object, R>(db: Db, query: Query<P, R>, params: P): Promise<R[]> {
    const name = byQuery.get(query) ?? String(byQuery.size)
    byQuery.set(query, name)
    const key = name + JSON.stringify(params)
    const known = recent.get(key)
    if (known) return [...known.rows] as R[]
    const rows = await db.all(query, params)
    recent.set(key, { rows })
    return [...rows]
  }
  return { all, until: performance.now() + rememberedMs }
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
