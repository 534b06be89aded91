import { globSync } from 'node:fs'
import { join } from 'node:path'
import { SqliteQueryCompiler } from 'kysely'
import { type Query, type Statement, statementsFor } from '../../src/store/query.ts'

/** A query of the program's own, by its file and name, as SQLite is asked it. */
export type OwnQuery = {
  readonly name: string
  readonly query: Query<object, object>
  readonly sql: string
  /** Of what it is asked with. */
  readonly params: readonly string[]
}

const source = join(import.meta.dirname, '../../src')
const statementOf = statementsFor(new SqliteQueryCompiler())
/** What makers of queries are given: no filter, or whose it is. */
const words = [[], 'repository', 'environment', 'organization']

/** All that is exported by the files that are named for them. */
export async function findOwnQueries(): Promise<OwnQuery[]> {
  const files = globSync('**/*queries.ts', { cwd: source }).sort()
  const found = files.map(async (file) => {
    const exported: object = await import(join(source, file))
    return Object.entries(exported).flatMap(([name, value]) =>
      madeOf(value).flatMap((query) => compiled(`${file} ${name}`, query)),
    )
  })
  return (await Promise.all(found)).flat()
}

function madeOf(value: unknown): (() => unknown)[] {
  if (typeof value === 'function') return words.map((word) => () => value(word))
  if (typeof value !== 'object' || value === null || 'build' in value) return [() => value]
  return Object.values(value).map((one) => () => one)
}

/** None where that is no query, or was not made as it should be. */
function compiled(name: string, make: () => unknown): OwnQuery[] {
  try {
    const query = make() as Query<object, object>
    const statement = statementOf(query)
    return [{ name, query, sql: statement.sql, params: paramsOf(statement) }]
  } catch {
    return []
  }
}

function paramsOf({ bind }: Statement): string[] {
  const asked = new Set<string>()
  const get = (_: object, name: string | symbol) => asked.add(String(name))
  bind(new Proxy({}, { get }))
  return [...asked]
}
