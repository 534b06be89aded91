import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type LimitNode, type OffsetNode, SqliteQueryCompiler, ValueNode } from 'kysely'
import { startCheckpoints } from './checkpoints.ts'
import { anyTable, type Columns, type Db, type Engine, type RunStatement } from './engine.ts'
import { GroupCommit } from './group-commit.ts'
import { type Query, statementsFor } from './query.ts'
import { refused } from './sqlite-errors.ts'
import { noteTables, type Touched } from './sqlite-tables.ts'

const busyTimeoutMs = 5_000

/**
 * One file, one process. Two connections on this thread: a writer that commits
 * without flushing (`synchronous = normal`; GroupCommit flushes the log off the
 * event loop before anything is acknowledged) and a reader, which therefore
 * never sees a transaction in progress. Checkpoints run on a thread of their own.
 */
export function openSqlite(path: string): Engine {
  keepPrivate(path)
  const writer = connect(path, 'normal')
  const reader = connect(path, 'normal')
  const compiler = new Compiler()
  const statementOf = statementsFor(compiler)
  const reads = asksOver(reader, statementOf)
  const writes = asksOver(writer, statementOf)
  const commits = new GroupCommit({ ...writes, writer, walPath: `${path}-wal` })
  const checkpoints = startCheckpoints({ path, findPages: pagesOfLog(reader) }, commits)

  return {
    name: 'sqlite',
    columns: { id: 'integer primary key autoincrement', blob: 'blob', refusal },
    compiler,
    read: reads.db,
    tablesOf: reads.tablesOf,
    transaction: (body) => commits.run(body),
    // One writer: what is visible came before what is not.
    findHorizon: async () => Number.MAX_SAFE_INTEGER,
    signals: commits.signals,
    waiting: () => commits.waiting,
    migrate: (body) => commits.alone(() => migration(writer, body)),
    async close() {
      await commits.close()
      await checkpoints.stop()
      reader.close()
      writer.close()
    },
  }
}

const refusal: Columns['refusal'] = ({ name, on, when = 'true', message }) => [
  `create trigger ${name} before ${on} when ${when} begin select raise(abort, '${message}'); end`,
]

/**
 * SQLite looks at what a bare limit is bound to, and therefore compiles the statement anew at each
 * run, which costs ten times what running it does. It does not look into an expression.
 */
class Compiler extends SqliteQueryCompiler {
  protected override visitLimit({ limit }: LimitNode): void {
    this.append('limit ')
    this.#appendCount(limit)
  }

  protected override visitOffset({ offset }: OffsetNode): void {
    this.append('offset ')
    this.#appendCount(offset)
  }

  #appendCount(count: LimitNode['limit']): void {
    if (ValueNode.is(count) && typeof count.value === 'number') {
      this.append(String(count.value))
      return
    }
    this.append('(')
    this.visitNode(count)
    this.append(' + 0)')
  }
}

/** For its owner's eyes only; SQLite gives the log and the index beside it the same mode. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

function connect(path: string, synchronous: 'normal' | 'full'): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  db.exec('pragma journal_mode = wal')
  db.exec(`pragma synchronous = ${synchronous}`)
  db.exec('pragma wal_autocheckpoint = 0')
  // What a savepoint would need to undo: in a file, it was nine of ten writes of a busy server.
  db.exec('pragma temp_store = memory')
  return db
}

function asksOver(connection: DatabaseSync, statementOf: ReturnType<typeof statementsFor>) {
  const note = noteTables(connection)
  const prepared = new Map<string, Prepared>()
  let written = new Set<string>()

  function ask<P extends object, R>(query: Query<P, R>, params: P): R[] {
    const { sql, bind } = statementOf(query)
    const { touched, run } = prepared.get(sql) ?? prepare(sql)
    note(touched)
    try {
      return run(bind(params)) as R[]
    } catch (error) {
      throw refused(error)
    } finally {
      for (const table of touched.written) written.add(table)
    }
  }

  function prepare(sql: string): Prepared {
    const touched = { read: new Set<string>(), written: new Set<string>() }
    note(touched)
    const run = running(connection.prepare(sql))
    // Nothing rests on its having been told.
    if (touched.written.size === 0 && !sql.startsWith('select ')) touched.written.add(anyTable)
    const now = { touched, run }
    prepared.set(sql, now)
    return now
  }

  const db: Db = {
    all: async (query, params) => ask(query, params),
    first: async (query, params) => ask(query, params)[0],
  }
  const tablesOf: Engine['tablesOf'] = (query) =>
    prepared.get(statementOf(query).sql)?.touched.read ?? new Set()
  /** The tables that were written to since it was last asked. */
  const takeWritten = () => {
    const taken = written
    written = new Set()
    return taken
  }
  return { db, tablesOf, takeWritten }
}

type Prepared = { readonly touched: Touched; readonly run: Run }

type Run = (values: unknown[]) => object[]

/**
 * node:sqlite makes a dictionary of each row, which costs more than asking did, and again whenever it is read or
 * copied. Rows come as lists instead and are put under their names here, which makes them alike.
 */
function running(statement: StatementSync): Run {
  statement.setReturnArrays(true)
  const names = statement.columns().map(({ name }) => name)
  return (values) => {
    const rows = statement.all(...(values as SQLInputValue[])) as unknown as unknown[][]
    return rows.map((row) => rowOf(names, row))
  }
}

function rowOf(names: readonly string[], values: readonly unknown[]): object {
  const row: Record<string, unknown> = {}
  let at = 0
  for (const name of names) row[name] = values[at++]
  return row
}

/** Asks for the log's length, and copies nothing. */
function pagesOfLog(connection: DatabaseSync): () => number {
  const statement = connection.prepare('pragma wal_checkpoint(noop)')
  return () => Number(statement.get()?.['log'] ?? 0)
}

async function migration(writer: DatabaseSync, body: (run: RunStatement) => Promise<void>) {
  // An index of a large table is sorted in files.
  writer.exec('pragma temp_store = file')
  writer.exec('begin immediate')
  try {
    await body(async (sql) => writer.prepare(sql).all())
    writer.exec('commit')
  } catch (error) {
    writer.exec('rollback')
    throw error
  }
  writer.exec('pragma temp_store = memory')
}
