import { EventEmitter, once } from 'node:events'
import { writeSync } from 'node:fs'
import type { Signals } from '../../src/app.ts'
import { startDispatcher } from '../../src/delivery/dispatch/dispatch.ts'
import { silentLog } from '../../src/lib/log.ts'
import { sealWith } from '../../src/lib/seal.ts'
import { openStore } from '../../src/store/store.ts'
import { times } from './times.ts'

/** A node that sends and does nothing else, to be stopped and killed. */
const [url = ''] = process.argv.slice(2)
const store = await openStore(url)
const dispatcher = startDispatcher(
  {
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
  },
  { times },
)
writeSync(1, 'started\n')
await once(process, 'SIGTERM')
await dispatcher[Symbol.asyncDispose]()
await store.close()
