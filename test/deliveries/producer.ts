import { EventEmitter } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signals } from '../../src/app.ts'
import { startDispatcher } from '../../src/delivery/dispatch/dispatch.ts'
import { recordEvent } from '../../src/events/events.ts'
import { silentLog } from '../../src/lib/log.ts'
import { sealWith } from '../../src/lib/seal.ts'
import { openStore } from '../../src/store/store.ts'
import { times } from '../leases/times.ts'

/**
 * A process to be killed: it dispatches, and records events of three keys as
 * fast as the store takes them, saying each number once it is durable.
 */
const [path = '', repositoryId = '', first = '', name = ''] = process.argv.slice(2)
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
startDispatcher(app, { times })
writeSync(1, 'started\n')
for (let n = Number(first); first !== ''; n += 1) {
  const key = `deployment:${name}${n % 3}`
  await store.transaction((tx) =>
    recordEvent(app, tx, {
      repository_id: Number(repositoryId),
      name: 'deployment_status',
      payload: { n, key },
      ordering_key: key,
    }),
  )
  writeSync(1, `${n}\n`)
  await sleep(1)
}
