import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../lib/problem.ts'
import type { Store } from '../store/store.ts'
import { agreeOn } from './settings.ts'

const markName = '.slipway-database'

/**
 * Makes sure that a folder of repositories that may be shared belongs to this database: in another's,
 * the same id is another repository. Throws a `conflict` Problem for another's.
 */
export async function claimSharedFolder(folder: string, store: Store): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = await agreeOn(store, { name: 'database_id', value: randomUUID() })
  const path = join(folder, markName)
  mark(path, database)
  if (readFileSync(path, 'utf8').trim() === database) return
  throw new Problem(
    'conflict',
    `${folder} holds the repositories of another database. Give the DATABASE_URL that they belong to, or another folder with --repositories.`,
  )
}

/** Whole or not at all, and by the first of several nodes: a link is made in one step, also over a network. */
function mark(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, `${text}\n`, { flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    // It is marked already, by us or by another; who reads it sees which.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
