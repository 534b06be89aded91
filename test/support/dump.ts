import { sql } from 'kysely'
import type { App } from '../../src/app.ts'
import { query } from '../../src/store/query.ts'
import type { EngineName } from './engines.ts'

const listings = {
  sqlite: sql<{ name: string }>`(select name from sqlite_master where type = 'table')`,
  postgres: sql<{
    name: string
  }>`(select table_name as name from information_schema.tables where table_schema = 'public')`,
}

/** Every row of every table, as text; what is base64 in a column is there in clear as well. */
export async function dumpOf({ store }: Pick<App, 'store'>, engine: EngineName): Promise<string> {
  const tables = query((db, _: object) => db.selectFrom(listings[engine].as('listed')).selectAll())
  const texts: string[] = []
  for (const { name } of await store.read.all(tables, {})) {
    const everything = query((db, _: object) =>
      db.selectFrom(sql<Record<string, unknown>>`${sql.table(name)}`.as('dumped')).selectAll(),
    )
    for (const row of await store.read.all(everything, {})) {
      texts.push(name, ...Object.values(row).flatMap(readings))
    }
  }
  return texts.join('\n')
}

function readings(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()]
  const text = String(value)
  return [text, Buffer.from(text, 'base64').toString()]
}
