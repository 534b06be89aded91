import {
  type Compilable,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
} from 'kysely'
import type { Tables } from '../tables/tables.ts'

/**
 * A question to the database: what it asks with (`P`) and what a row of the
 * answer looks like (`R`). Made once, at the top of a domain's `queries.ts`.
 */
export type Query<P extends object, R> = {
  readonly build: (db: Builder, params: P) => Compilable<R>
}

/** What a row of the answer looks like. */
export type RowOf<Q> = Q extends Query<infer _, infer R> ? R : never

export type Builder = Kysely<Tables>

/**
 * `query((db, p: { id: number }) => db.selectFrom('hooks').selectAll().where('id', '=', p.id))`
 *
 * Building and compiling a query costs more than running it, so it is done once
 * for each engine; `p` holds markers whose place the values take at each run.
 * Nothing may therefore depend on the values themselves: for a filter that may
 * be absent make a query for each combination (`queryFor`).
 */
export function query<P extends object, R>(
  build: (db: Builder, params: P) => Compilable<R>,
): Query<P, R> {
  return { build }
}

/** One query for each combination of names, made when first asked for. */
export function queryFor<Name extends string, P extends object, R>(
  make: (names: ReadonlySet<Name>) => Query<P, R>,
): (names: readonly Name[]) => Query<P, R> {
  const made = new Map<string, Query<P, R>>()
  return (names) => {
    const key = [...names].sort().join()
    const known = made.get(key) ?? make(new Set(names))
    made.set(key, known)
    return known
  }
}

/** The named parameters as an insert's values. */
export function columns<P extends object, K extends keyof P>(
  params: P,
  names: readonly K[],
): Pick<P, K> {
  return Object.fromEntries(names.map((name) => [name, params[name]])) as Pick<P, K>
}

/** A compiled query: its text, and how to line up values for it. */
export type Statement = {
  readonly sql: string
  readonly bind: (params: object) => unknown[]
}

/** Compiles each query once. */
export function statementsFor(compiler: QueryCompiler) {
  const builder = builderFor(compiler)
  const compiled = new WeakMap<object, Statement>()
  return <P extends object, R>(query: Query<P, R>): Statement => {
    const known = compiled.get(query)
    if (known) return known
    const { sql, parameters } = query.build(builder, markers<P>()).compile()
    const statement = { sql, bind: (params: object) => valuesOf(parameters, params) }
    compiled.set(query, statement)
    return statement
  }
}

class Marker {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Stands where the parameters will be: every property of it is a marker with that property's name. */
function markers<P extends object>(): P {
  const get = (_: object, name: string | symbol) => new Marker(String(name))
  return new Proxy({}, { get }) as P
}

function valuesOf(parameters: readonly unknown[], params: object): unknown[] {
  const given = params as Record<string, unknown>
  return parameters.map((parameter) => {
    if (!(parameter instanceof Marker)) return parameter
    const value = given[parameter.name]
    if (value !== undefined) return value
    throw new Error(`The query asks for "${parameter.name}", which was not given`)
  })
}

/** A Kysely that compiles and never runs. */
function builderFor(compiler: QueryCompiler): Builder {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new NoDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => compiler,
    },
  })
}

class NoDriver extends DummyDriver {
  override acquireConnection(): Promise<DatabaseConnection> {
    return Promise.reject(new Error('Queries are run by the engine, not by their builder'))
  }
}

/** As many as there are on a page. */
export const idsMax = 100

/** A list of ids, `idsMax` at most, as parameters: what is compiled once cannot have lists of any length. */
export type Ids = Readonly<Record<`id_${number}`, number>>

/** For `where('id', 'in', listedIds(p))`. */
export const listedIds = (params: Ids, max = idsMax): number[] =>
  Array.from({ length: max }, (_, n) => params[`id_${n}`] ?? 0)

/** The parameters for `ids`; no row has the id 0. */
export function idsOf(ids: readonly number[], max = idsMax): Ids {
  const params: Record<(typeof idNames)[number], number> = {}
  for (const [n, name] of idNames.slice(0, max).entries()) params[name] = ids[n] ?? 0
  return params
}

const idNames = Array.from({ length: idsMax }, (_, n) => `id_${n}` as const)
