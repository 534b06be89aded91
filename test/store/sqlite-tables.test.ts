import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noteTables } from '../../src/store/sqlite-tables.ts'
import { openStore } from '../../src/store/store.ts'
import { temporaryFolder } from '../support/engines.ts'
import { findOwnQueries } from '../support/queries.ts'

const schema = `
  create table parents (id integer primary key, name text unique);
  create table children (id integer primary key, parent_id int references parents (id) on delete cascade);
  create table grandchildren (id integer primary key, child_id int references children (id) on delete cascade);
  create table friends (id integer primary key, grandchild_id int references grandchildren (id) on delete set null);
  create table log (line text);
  create table loners (id integer primary key);
  create trigger friend_changed after update on friends begin insert into log values ('left'); end;
  create view pairs as select parents.id from parents join children on children.parent_id = parents.id;`

function open(path = ':memory:') {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true })
  onTestFinished(() => db.close())
  const note = noteTables(db)
  const touchedBy = (sql: string) => {
    const touched = { read: new Set<string>(), written: new Set<string>() }
    note(touched)
    const statement = db.prepare(sql)
    return { ...touched, run: () => statement.all() }
  }
  return { db, touchedBy }
}

const family = ['children', 'friends', 'grandchildren', 'log', 'parents']

describe('SQLite says what is written', () => {
  it.each([
    ['an insert', `insert into loners values (1)`, ['loners']],
    ['one that returns', `insert into loners values (1) returning id`, ['loners']],
    [
      'an upsert',
      `insert into parents values (1, 'a') on conflict (name) do update set name = 'b'`,
      ['parents'],
    ],
    ['what comes from elsewhere', `insert into log select name from parents`, ['log']],
    ['a change by another table', `update children set parent_id = 1 from loners`, ['children']],
    ['one below a name', `with few as (select 1) delete from loners returning id`, ['loners']],
    ['a cascade, and what it sets off', `delete from parents where id = 1`, family],
    ['that of all rows', `delete from parents`, family],
    ['that of a replaced row', `replace into parents values (1, 'a')`, family],
    ['a column set to null', `delete from grandchildren`, ['friends', 'grandchildren', 'log']],
    ['a trigger', `update friends set grandchild_id = 1`, ['friends', 'log']],
    ['nothing', `select * from parents`, []],
  ])('by %s', (_, sql, tables) => {
    const { db, touchedBy } = open()
    db.exec(schema)
    expect([...touchedBy(sql).written].sort()).toEqual(tables)
  })
})

describe('SQLite says what is read', () => {
  it.each([
    ['to count', `select count(*) from loners`, ['loners']],
    ['in other letters', `select count(*) from LONERS`, ['loners']],
    ['to see whether it is there', `select exists (select 1 from loners)`, ['loners']],
    [
      'to join it and use none of it',
      `select log.line from log left join loners`,
      ['log', 'loners'],
    ],
    ['under a view', `select count(*) from pairs`, ['children', 'parents']],
    ['below a name', `with few as (select id from loners) select count(*) from few`, ['loners']],
    [
      'after another',
      `select id from loners union all select 1 from log order by 1`,
      ['log', 'loners'],
    ],
    ['in a row before', `select row_number() over () from loners`, ['loners']],
  ])('%s', (_, sql, tables) => {
    const { db, touchedBy } = open()
    db.exec(schema)
    expect([...touchedBy(sql).read]).toEqual(expect.arrayContaining(tables))
  })
})

it('says it again where the schema has changed since', () => {
  const path = join(temporaryFolder(), 'slipway.db')
  const shell = open(path).db
  shell.exec(schema)
  const { written, run } = open(path).touchedBy(`delete from loners`)
  shell.exec(
    `create trigger gone after delete on loners begin insert into log values ('gone'); end`,
  )
  run()
  expect([...written].sort()).toEqual(['log', 'loners'])
})

it('names every table that the program of one of our own queries opens', async () => {
  const path = join(temporaryFolder(), 'slipway.db')
  await (await openStore(path)).close()
  const { db, touchedBy } = open(path)
  const openedBy = programsOf(db)
  const queries = (await findOwnQueries()).filter(({ sql }) => isForSqlite(db, sql))
  const missing = queries.flatMap(({ name, sql }) => {
    const opened = openedBy(sql)
    const { read, written } = touchedBy(sql)
    const untold = [
      ...opened.read.filter((table) => !read.has(table)),
      ...opened.written.filter((table) => !written.has(table)),
    ]
    return untold.map((table) => `${table} in ${name}`)
  })
  expect(missing).toEqual([])
  expect(queries.length).toBeGreaterThan(400)
})

/** Some are for PostgreSQL alone. */
function isForSqlite(db: DatabaseSync, sql: string): boolean {
  try {
    db.prepare(sql)
    return true
  } catch {
    return false
  }
}

/** What the compiled statement opens or empties (https://www.sqlite.org/opcode.html), those that it calls included. */
function programsOf(db: DatabaseSync) {
  // But for the one of the ids that were handed out, which is SQLite's own.
  const pages = `select rootpage, tbl_name from sqlite_schema where tbl_name <> 'sqlite_sequence'`
  const tables = new Map<unknown, string>()
  for (const { rootpage, tbl_name } of db.prepare(pages).all()) {
    tables.set(rootpage, String(tbl_name))
  }
  return (sql: string) => {
    const steps = db.prepare(`explain ${sql}`).all()
    const named = (opcode: string, place: 'p1' | 'p2') =>
      steps.flatMap((step) => (step['opcode'] === opcode ? (tables.get(step[place]) ?? []) : []))
    return {
      read: named('OpenRead', 'p2'),
      written: [...named('OpenWrite', 'p2'), ...named('Clear', 'p1')],
    }
  }
}
