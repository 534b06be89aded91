import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './checkpoints.ts'

const busyTimeoutMs = 5_000

const { path } = workerData as { path: string }
const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
db.exec('pragma synchronous = full')
db.exec('pragma wal_autocheckpoint = 0')

const say = (message: FromWorker) => parentPort?.postMessage(message)

parentPort?.on('message', (message: ToWorker) => {
  switch (message) {
    case 'copy':
      copyLog()
      return say('copied')
    case 'restart':
      restartLog()
      return say('restarted')
    case 'stop':
      db.close()
      return parentPort?.close()
  }
})

/** Copies what came since, then writes once: the first write after a whole checkpoint begins the log anew. */
function restartLog(): void {
  copyLog()
  trying(() => {
    const { user_version } = db.prepare('pragma user_version').get() as { user_version: number }
    db.exec(`pragma user_version = ${(user_version + 1) % 1_000_000_000}`)
  })
}

function copyLog(): void {
  trying(() => db.exec('pragma wal_checkpoint(passive)'))
}

function trying(act: () => void): void {
  try {
    act()
  } catch {
    // A full disk fails here as it fails everywhere; the log stays as it is and is tried again.
  }
}
