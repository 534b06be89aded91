import { readFile, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../lib/problem.ts'

/**
 * Holds `path` for this process until it is disposed or the process dies, whichever
 * way it dies. Throws `conflict`, naming the process that holds it.
 *
 * Node has no flock. SQLite's file lock is one: the kernel lets go of it when the
 * holder is killed, so there is no stale lock to clean up and no race in taking it.
 */
export async function lockWriter(path: string): Promise<AsyncDisposable> {
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!(cause instanceof Error) || !cause.message.includes('locked')) throw cause
    const holder = await readFile(`${path}.pid`, 'utf8').catch(() => 'unknown')
    throw new Problem('conflict', `${path} is held by the process ${holder.trim()}; stop it first.`)
  }
  await writeFile(`${path}.pid`, `${process.pid}\n`, { mode: 0o600 })
  return {
    [Symbol.asyncDispose]: async () => {
      await rm(`${path}.pid`, { force: true })
      lock.close()
    },
  }
}
