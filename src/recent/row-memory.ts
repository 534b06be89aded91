import { anyTable, type Engine } from '../store/engine.ts'
import type { Query } from '../store/query.ts'

export type Rows<R> = readonly R[]

const bytesMax = 8 * 1024 * 1024
/** One answer may take this part of the whole. */
const shareMax = 1 / 16
/** What somebody changed with an SQL shell of their own is seen after this long. */
const rememberedMs = 1_000

/** What a query was answered, by what it was asked with. */
type Answers = { readonly byKey: Map<string, Rows<unknown>>; bytes: number }

/**
 * What queries were answered, each until a table that it reads is written to, and a second at most.
 * A query of which nobody can tell what it reads is never remembered.
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
    return byQuery.get(query)?.byKey.get(key) as Rows<R> | undefined
  }

  /** Call before the database is asked; what comes back takes the answer. */
  function whenAnswered<P extends object, R>(query: Query<P, R>, key: string) {
    const before = commits
    return (rows: Rows<R>): void => {
      if (commits === before) remember(query, key, rows)
    }
  }

  function remember<P extends object, R>(query: Query<P, R>, key: string, rows: Rows<R>): void {
    const tables = tablesOf(query)
    const size = entryBytes + key.length + sizeOf(rows)
    if (tables.size === 0 || size > bytesMax * shareMax) return
    // All at once, as it goes each second anyway.
    if (bytes + size > bytesMax) forgetAll()
    const answers = byQuery.get(query) ?? { byKey: new Map(), bytes: 0 }
    byQuery.set(query, answers)
    if (answers.byKey.has(key)) return
    for (const table of tables) answersFrom(table).add(answers)
    answers.byKey.set(key, rows)
    answers.bytes += size
    bytes += size
  }

  function answersFrom(table: string): Set<Answers> {
    const known = byTable.get(table) ?? new Set()
    byTable.set(table, known)
    return known
  }

  function forget(tables: ReadonlySet<string>): void {
    commits += 1
    if (tables.has(anyTable)) forgetAll()
    for (const table of tables) {
      for (const answers of byTable.get(table) ?? []) forgetAnswers(answers)
      byTable.delete(table)
    }
  }

  function forgetAnswers(answers: Answers): void {
    bytes -= answers.bytes
    answers.bytes = 0
    answers.byKey.clear()
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
