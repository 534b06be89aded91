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

const changes = [
  query((db, _: object) => db.updateTable('audit_entries').set({ subject: 'x' })),
  query((db, _: object) => db.updateTable('audit_entries').set({ hash: 'x' })),
  query((db, _: object) =>
    db.updateTable('audit_entries').set({ position: sql<number>`position + 10` }),
  ),
  query((db, _: object) => db.deleteFrom('audit_entries')),
]
