import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Objects } from './git-process/cat-file.ts'
import { GitError, type Processes } from './git-process/process.ts'
import type { RefUpdates } from './git-process/update-ref.ts'
import { isRefName } from './resolve.ts'

/** Processes that stay with a repository, and let go of one that is removed. */
export type Pools = {
  readonly objects: Objects
  readonly refUpdates: RefUpdates
  /** Told of each ref that is not flushed; where it is undefined, all are. */
  unflushed: (() => void) | undefined
}

/** Where repositories lie. */
type Disk = {
  readonly root: string
  readonly processes: Processes
  readonly pools: Pools
}

export function pathOf(root: string, id: number): string {
  if (!Number.isSafeInteger(id) || id < 1) throw new GitError(`${id} is not a repository's id`)
  return `${root}/${id}.git`
}

/** Takes away what a removal left when it was cut short. */
export async function sweep(root: string) {
  const left = (await readdir(root)).filter((name) => name.startsWith('.removed-'))
  await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })))
}

export const exists = (path: string) =>
  stat(path).then(
    () => true,
    // ENOENT; anything worse shows when git is asked.
    () => false,
  )

/** Made aside and moved to its place, so that a repository is there whole or not at all. */
export async function createRepository({ root, processes }: Disk, dir: string, branch: string) {
  if (!isRefName(branch)) throw new GitError(`'${branch}' cannot be a branch`)
  if (await exists(dir)) return
  const draft = join(root, `.new-${randomUUID()}`)
  const args = ['init', '--bare', '--quiet', '--template=', `--initial-branch=${branch}`]
  await processes.run(draft, [...args, '--', draft])
  try {
    await rename(draft, dir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Somebody else was faster, which is as good.
    if (!(await exists(dir))) throw error
  }
}

/** Moved away first: from then on nobody finds it, however long the deleting takes. */
export async function removeRepository({ root, pools }: Disk, dir: string) {
  if (!(await exists(dir))) return
  const grave = join(root, `.removed-${randomUUID()}`)
  await rename(dir, grave)
  await Promise.all([pools.objects.forget(dir), pools.refUpdates.forget(dir)])
  await rm(grave, { recursive: true, force: true })
}
