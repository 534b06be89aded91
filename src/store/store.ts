import type { Db, Engine, RunStatement, Tx } from './engine.ts'
import { migrations } from './migrations/all.ts'
import { openSqlite } from './sqlite.ts'

export type Store = Pick<Engine, 'signals' | 'waiting' | 'tablesOf'> & {
  readonly read: Db
  /** As `read`, for what nobody asks for twice: none of it is remembered. */
  readonly readOnce: Db
  /** The address of a database that several processes may share; null for a file of this one's alone. */
  readonly sharedUrl: string | null
  transaction<T>(body: (tx: Tx) => Promise<T>, repositoryId?: number): Promise<T>
  findHorizon: Engine['findHorizon']
  close(): Promise<void>
}

/** Opens the database that the URL names (`postgres://…`, or the path of a SQLite file) and brings its schema up to date. */
export async function openStore(url: string): Promise<Store> {
  const engine = isPostgres(url) ? await openShared(url) : openSqlite(url)
  try {
    await engine.migrate((run) => migrate(engine, run))
  } catch (error) {
    await engine.close()
    throw error
  }
  return Object.assign(engine, { readOnce: engine.read, sharedUrl: isPostgres(url) ? url : null })
}

/** Its driver is loaded by those who use it. */
const openShared = async (url: string) => (await import('./postgres.ts')).openPostgres(url)

const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url)

async function migrate(engine: Engine, run: RunStatement): Promise<void> {
  await run('create table if not exists migrations (version integer primary key)')
  const [newest] = await run('select max(version) as version from migrations')
  const version = Number(newest?.['version'] ?? 0)
  if (version > migrations.length) {
    throw new Error(
      `The database has schema version ${version}, made by a newer Slipway; this one knows ${migrations.length}. Start the newer Slipway, or restore a backup made before the upgrade.`,
    )
  }
  for (const [index, statementsOf] of migrations.entries()) {
    if (index < version) continue
    for (const statement of statementsOf(engine.columns)) await run(statement)
    await run(`insert into migrations (version) values (${index + 1})`)
  }
}
