import { anyTable, type Engine } from '../store/engine.ts'
import type { Query } from '../store/query.ts'

export type Rows<R> = readonly R[]

const bytesMax = 8 * 1024 * 1024
/** One answer may take this part of the whole. */
const shareMax = 1 / 16
/** What somebody changed with an SQL shell of their own is seen after this long. */
const rememberedMs = 1_000

/** `age` is that of the answers when it was given. */
type Answer = { readonly rows: Rows<unknown>; readonly age: number; readonly bytes: number }

/** What a query was answered, by what it was asked with. A write to its tables makes all of it a thing of the past. */
type Answers = { readonly byKey: Map<string, Answer>; age: number }

/**
 * What queries were answered, each until a table that it reads is written to, and a second at most.
 * A query of which nobody can tell what it reads is never remembered. A row that is read anew and is
 * what it was comes as the same object, so that all that was made of it (`onceFor`, `okKept`) is good
 * for as long as the row is.
 */
export function openRowMemory(tablesOf: Engine['tablesOf']) {
  const byQuery = new Map<object, Answers>()
  const byTable = new Map<string, Set<Answers>>()
  let bytes = 0
  let until = performance.now() + rememberedMs
  /** What was asked before the last of them may be what there was before it. */
  let commits = 0

  function recall<P extends object, R>(query: Query<P, R>, key: string): Rows<R> | undefined {
    if (performance.now() > until) forgetAll()
    const answers = byQuery.get(query)
    const answer = answers?.byKey.get(key)
    return answer?.age === answers?.age ? (answer?.rows as Rows<R> | undefined) : undefined
  }

  /** Call before the database is asked; what comes back takes the answer, and gives it with rows that are known. */
  function whenAnswered<P extends object, R>(query: Query<P, R>, key: string) {
    const before = commits
    return (rows: Rows<R>): Rows<R> => (commits === before ? remember(query, key, rows) : rows)
  }

  function remember<P extends object, R>(query: Query<P, R>, key: string, found: Rows<R>): Rows<R> {
    const tables = tablesOf(query)
    if (tables.size === 0) return found
    const past = byQuery.get(query)?.byKey.get(key)?.rows as Rows<R> | undefined
    const rows = past ? found.map((row, at) => sameOf(past[at], row)) : found
    const size = entryBytes + key.length + sizeOf(rows)
    if (size > bytesMax * shareMax) return rows
    // All at once, as it goes each second anyway.
    if (bytes + size > bytesMax) forgetAll()
    const answers = byQuery.get(query) ?? { byKey: new Map(), age: 0 }
    byQuery.set(query, answers)
    for (const table of tables) answersFrom(table).add(answers)
    bytes += size - (answers.byKey.get(key)?.bytes ?? 0)
    answers.byKey.set(key, { rows, age: answers.age, bytes: size })
    return rows
  }

  function answersFrom(table: string): Set<Answers> {
    const known = byTable.get(table) ?? new Set()
    byTable.set(table, known)
    return known
  }

  function forget(tables: ReadonlySet<string>): void {
    commits += 1
    if (tables.has(anyTable)) forgetAll()
    for (const table of tables) for (const answers of byTable.get(table) ?? []) answers.age += 1
  }

  function forgetAll(): void {
    byQuery.clear()
    byTable.clear()
    bytes = 0
    until = performance.now() + rememberedMs
  }

  return { recall, whenAnswered, forget }
}

/** A key, and what a map needs for an entry. */
const entryBytes = 300
const valueBytes = 16

/** All rows of a query have the same columns. */
function sameOf<R>(known: R | undefined, row: R): R {
  if (!known) return row
  for (const name in row) if (known[name] !== row[name]) return row
  return known
}

function sizeOf(rows: Rows<unknown>): number {
  let bytes = 0
  for (const row of rows)
    for (const value of Object.values(row as object)) bytes += sizeOfValue(value)
  return bytes
}

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return valueBytes + value.length
  return value instanceof Uint8Array ? valueBytes + value.length : valueBytes
}
