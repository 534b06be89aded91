import { EventEmitter } from 'node:events'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Signals } from '../../src/app.ts'
import { startDispatcher } from '../../src/delivery/dispatch/dispatch.ts'
import { recordEvent } from '../../src/events/events.ts'
import { silentLog } from '../../src/lib/log.ts'
import { sealWith } from '../../src/lib/seal.ts'
import { query } from '../../src/store/query.ts'
import { openStore } from '../../src/store/store.ts'
import type { Measured } from './endurance.ts'

/**
 * A process to be measured, which dispatches. For each number on its input it records as many events,
 * waits until as many attempts as it is told are on record, and says what it takes up.
 */
const [path = '', repositoryId = ''] = process.argv.slice(2)
const store = await openStore(path)
const app = {
  store,
  now: () => new Date(),
  log: silentLog,
  seal: sealWith(Buffer.alloc(32, 7)),
  signals: new EventEmitter<Signals>(),
  webhookAllow: ['127.0.0.0/8'],
  urls: {
    api: 'http://127.0.0.1:1/api/v3',
    web: 'http://127.0.0.1:1',
    ssh: 'ssh://git@127.0.0.1:2',
  },
}
const newestAttempt = query((db, _: object) =>
  db.selectFrom('attempts').select('id').orderBy('id', 'desc').limit(1),
)
const countAttempts = async () => (await store.read.first(newestAttempt, {}))?.id ?? 0
const lookEveryMs = 20
const ownerKeys = 50

let recorded = 0
async function record(): Promise<void> {
  recorded += 1
  const n = recorded
  await store.transaction((tx) =>
    recordEvent(app, tx, {
      repository_id: Number(repositoryId),
      name: 'deployment_status',
      payload: { n, text: 'x'.repeat(2000) },
      ordering_key: `deployment:${n % ownerKeys}`,
    }),
  )
}

/** After everything that can be is collected. */
async function measure(): Promise<Measured> {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  const { rss, heapUsed } = process.memoryUsage()
  const files = readdirSync('/proc/self/fd').length
  return { rss, heapUsed, files, recorded, attempts: await countAttempts() }
}

startDispatcher(app)
process.stdout.write(`${JSON.stringify(await measure())}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const [events = 0, attempts = 0] = line.split(' ').map(Number)
  await Promise.all(Array.from({ length: events }, record))
  while ((await countAttempts()) < attempts) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  process.stdout.write(`${JSON.stringify(await measure())}\n`)
}
process.exit()
