import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './checkpoints.ts'

const everyMs = 1_000
/** Pages in the log (4 KB each) above which it is copied and begun anew. */
const logPagesMax = 4_000
const busyTimeoutMs = 5_000

const { path } = workerData as { path: string }
const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
db.exec('pragma synchronous = full')
db.exec('pragma wal_autocheckpoint = 0')

const say = (message: FromWorker) => parentPort?.postMessage(message)
const timer = setInterval(checkpointWhenFull, everyMs)

parentPort?.on('message', (message: ToWorker) => {
  switch (message) {
    case 'restart':
      restartLog()
      return say('restarted')
    case 'stop':
      clearInterval(timer)
      db.close()
      return parentPort?.close()
  }
})

function checkpointWhenFull(): void {
  const { log } = db.prepare('pragma wal_checkpoint(noop)').get() as { log: number }
  if (log < logPagesMax) return
  db.exec('pragma wal_checkpoint(passive)')
  say('full')
}

/** Copies what came since, then writes once: the first write after a whole checkpoint begins the log anew. */
function restartLog(): void {
  try {
    db.exec('pragma wal_checkpoint(passive)')
    const { user_version } = db.prepare('pragma user_version').get() as { user_version: number }
    db.exec(`pragma user_version = ${(user_version + 1) % 1_000_000_000}`)
  } catch {
    // A full disk fails here as it fails everywhere; the log stays as it is and is tried again.
  }
}
