import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Signals } from '../../src/app.ts'
import { recordAudit } from '../../src/audit/audit.ts'
import { chainAll } from '../../src/audit/chain.ts'
import { readChain } from '../../src/audit/export.ts'
import { verify } from '../../src/audit/link.ts'
import { system } from '../../src/audit/model.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Tx } from '../../src/store/engine.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import { emptyDatabase, engines } from '../support/engines.ts'

async function nodeOn(url: string) {
  const store = await openStore(url)
  onTestFinished(() => store.close())
  return {
    store,
    now: () => new Date(),
    signals: new EventEmitter<Signals>(),
    log: silentLog,
    who: system,
  }
}

type Node = Awaited<ReturnType<typeof nodeOn>>

const write = (node: Node, subject: string) =>
  node.store.transaction((tx) => recordAudit(node, tx, { action: 'test.write', subject }))

describe.each(engines)('the audit log on %s', (engine) => {
  it('is one chain that the database refuses to change', async () => {
    const node = await nodeOn(await emptyDatabase(engine))
    for (const subject of ['a', 'b', 'c']) await write(node, subject)
    await chainAll(node)
    expect(await verify(readChain(node, 0))).toMatchObject({ kind: 'whole', count: 3 })
    for (const change of changes) {
      await expect(node.store.transaction((tx) => tx.all(change, {}))).rejects.toThrow(/never/)
    }
    expect(await verify(readChain(node, 0))).toMatchObject({ kind: 'whole', count: 3 })
  })
})

describe.runIf(engines.includes('sqlite'))('the audit log of one process', () => {
  it('is chained as it is written, whatever was undone in between', async () => {
    const node = await nodeOn(await emptyDatabase('sqlite'))
    const line = (tx: Tx, subject: string) =>
      recordAudit(node, tx, { action: 'test.write', subject, after: { subject } })
    const failing = async (tx: Tx) => {
      await line(tx, 'undone')
      throw new Error('not this one')
    }
    const twice = async (tx: Tx) => {
      await line(tx, 'a')
      await line(tx, 'b')
    }
    const { store } = node
    // The first and a later one of a commit are undone in different ways.
    const bodies = [failing, failing, twice, failing, (tx: Tx) => line(tx, 'c')]
    await Promise.allSettled(bodies.map((body) => store.transaction(body)))
    await write(node, 'd')
    expect(await store.read.all(subjects, {})).toMatchObject(
      ['a', 'b', 'c', 'd'].map((subject, n) => ({ id: n + 1, position: n + 1, subject })),
    )
    expect(await verify(readChain(node, 0))).toMatchObject({ kind: 'whole', count: 4 })
  })

  it('has what an older version left unchained before what comes after it', async () => {
    const node = await nodeOn(await emptyDatabase('sqlite'))
    await write(node, 'a')
    await node.store.transaction((tx) => tx.all(leaveUnchained, {}))
    await write(node, 'c')
    await chainAll(node)
    await write(node, 'd')
    const expected = ['a', 'b', 'c', 'd'].map((subject, n) => ({ position: n + 1, subject }))
    expect(await node.store.read.all(subjects, {})).toMatchObject(expected)
    expect(await verify(readChain(node, 0))).toMatchObject({ kind: 'whole', count: 4 })
  })
})

it.runIf(engines.includes('postgres'))(
  'does not fork where several nodes chain at once',
  async () => {
    const url = await emptyDatabase('postgres')
    const nodes = await Promise.all([nodeOn(url), nodeOn(url), nodeOn(url)])
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const node = nodes[n % nodes.length]
        if (!node) return
        await write(node, String(n))
        await chainAll(node)
      }),
    )
    const [node] = nodes
    if (!node) throw new Error('There is a node')
    await chainAll(node)
    expect(await verify(readChain(node, 0))).toMatchObject({ kind: 'whole', count: 60 })
  },
)

const subjects = query((db, _: object) =>
  db.selectFrom('audit_entries').select(['id', 'position', 'subject']).orderBy('id'),
)
const leaveUnchained = query((db, _: object) =>
  db
    .insertInto('audit_entries')
    .values({ created_at: '', action: 'test.write', actor_kind: 'system', subject: 'b' }),
)

const changes = [
  query((db, _: object) => db.updateTable('audit_entries').set({ subject: 'x' })),
  query((db, _: object) => db.updateTable('audit_entries').set({ hash: 'x' })),
  query((db, _: object) =>
    db.updateTable('audit_entries').set({ position: sql<number>`position + 10` }),
  ),
  query((db, _: object) => db.deleteFrom('audit_entries')),
]
