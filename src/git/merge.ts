import { isAncestor } from './compare.ts'
import type { Merge, MergeOutcome, Range } from './model.ts'
import { changeRef } from './refs.ts'
import { type Bare, checkSha, findRef } from './resolve.ts'
import { writeCommit } from './write.ts'

const mergeMs = 60_000

/**
 * Merges a commit into a branch with a merge commit, without a work tree. The branch moves only
 * if it is still where it was, so a push at the same time is never lost.
 */
export async function mergeInto(bare: Bare, merge: Merge): Promise<MergeOutcome> {
  const ref = `refs/heads/${merge.branch}`
  const from = checkSha(merge.from)
  const before = (await findRef(bare, ref))?.sha
  if (!before) return { kind: 'moved' }
  if (await isAncestor(bare, { base: from, head: before })) return { kind: 'nothing' }

  const tree = await mergeTrees(bare, before, from)
  if (!tree) return { kind: 'conflict' }
  const { author, date } = merge
  const message = merge.message.endsWith('\n') ? merge.message : `${merge.message}\n`
  const signer = { ...author, at: date, zone: '+0000' }
  const parents = [before, from]
  const sha = await writeCommit(bare, { tree, parents, author: signer, committer: signer, message })
  const outcome = await changeRef(bare, { ref, before, after: sha })
  return outcome === 'changed' ? { kind: 'merged', sha, before } : { kind: 'moved' }
}

/** The tree that the merge would have is written, as git does, and nothing refers to it. */
export const canMerge = async (bare: Bare, { base, head }: Range): Promise<boolean> =>
  (await mergeTrees(bare, checkSha(head), checkSha(base))) !== undefined

/** Undefined for a conflict; unrelated histories are one, too. */
async function mergeTrees(bare: Bare, ours: string, theirs: string): Promise<string | undefined> {
  const related = await bare.run(['merge-base', ours, theirs], { okCodes: [0, 1] })
  if (related.code === 1) return undefined
  const args = ['merge-tree', '--write-tree', '--no-messages', ours, theirs]
  const { code, stdout } = await bare.run(args, { okCodes: [0, 1], timeoutMs: mergeMs })
  return code === 0 ? stdout.trim() : undefined
}
