import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../lib/problem.ts'

/** Held for as long as the process lives; the kernel lets go of it however the process ends. */
export type FolderLock = { release(): void }

/**
 * Makes this process the only one to open the data folder. Throws a `conflict`
 * Problem that names the process holding it. The lock is SQLite's own file lock
 * on a file of its own, since Node has no `flock`.
 */
export function lockFolder(folder: string): FolderLock {
  const pidPath = join(folder, 'slipway.pid')
  const db = new DatabaseSync(join(folder, 'slipway.lock'))
  try {
    db.exec('pragma locking_mode = exclusive')
    db.exec('begin exclusive')
  } catch (error) {
    db.close()
    if (!(error instanceof Error && 'errcode' in error && error.errcode === 5)) throw error
    throw new Problem(
      'conflict',
      `The data folder ${folder} is in use by process ${pidIn(pidPath)}. Stop that one, or choose another folder with --data.`,
    )
  }
  writeFileSync(pidPath, `${process.pid}\n`)
  return { release: () => db.close() }
}

function pidIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // It holds the lock but has not written its number yet.
    return '(just starting)'
  }
}
