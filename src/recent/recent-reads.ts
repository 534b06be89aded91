import type { Db } from '../store/engine.ts'
import type { Query } from '../store/query.ts'
import type { Store } from '../store/store.ts'
import { openRowMemory, type Rows } from './row-memory.ts'

/**
 * A store that gives the same rows again until something is written to a table that they come
 * from: a commit has all of that forgotten before anybody is told of it. Only for a database that
 * has no other writer, which the lock on the data folder sees to; with several, a revoked token
 * would live on elsewhere.
 */
export function rememberReads(store: Store): Store {
  const memory = openRowMemory(store.tablesOf)
  store.signals.on('written', memory.forget)

  async function find<P extends object, R>(query: Query<P, R>, params: P, key: string) {
    const remember = memory.whenAnswered(query, key)
    return remember(await store.read.all(query, params))
  }
  // What is known is there at once: to wait for it would cost more than looking it up.
  const read: Db = {
    async all<P extends object, R>(query: Query<P, R>, params: P) {
      const key = JSON.stringify(params)
      const known: Rows<R> | undefined = memory.recall(query, key)
      return [...(known ?? (await find(query, params, key)))]
    },
    async first<P extends object, R>(query: Query<P, R>, params: P) {
      const key = JSON.stringify(params)
      const known: Rows<R> | undefined = memory.recall(query, key)
      return (known ?? (await find(query, params, key)))[0]
    },
  }
  return { ...store, read }
}
