import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const refBytes = 41

/**
 * Removes what a power cut leaves of refs that were never flushed: files with no bytes, or with
 * zeros alone. Git takes such a ref for a broken one and lets nobody create it. Gives their paths.
 */
export async function removeEmptyRefs(root: string): Promise<string[]> {
  const repositories = (await readdir(root)).filter((name) => /^\d+\.git$/.test(name))
  const removed: string[] = []
  for (const repository of repositories) {
    for (const path of await listFiles(join(root, repository, 'refs'))) {
      if (!(await isEmpty(path))) continue
      await rm(path)
      removed.push(path)
    }
  }
  return removed
}

/** None in what is no repository: a start after a power cut goes on without it. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
  return files.map(({ parentPath, name }) => join(parentPath, name))
}

async function isEmpty(path: string): Promise<boolean> {
  if ((await stat(path)).size > refBytes) return false
  return (await readFile(path)).every((byte) => byte === 0)
}
