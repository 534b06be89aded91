import { absence } from '../commits/commits.ts'
import { type Answer, ok } from '../http/answer.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { gitCommit, treePayload } from './payload.ts'

/** By its full sha, and by nothing else. */
export async function getGitCommit(call: RepositoryCall): Promise<Answer> {
  const { app, repository, params } = call
  const sha = params['sha'] ?? ''
  const commit = isSha(sha) ? await app.git.commit(repository.id, sha) : undefined
  if (!commit) throw await absence(call)
  // Its people are shown as the commit has them.
  return ok(gitCommit(commit, { ...call, authors: () => undefined }))
}

/** By the tree's own sha, or by what names a commit; `recursive` counts whatever it says. */
export async function getTree(call: RepositoryCall): Promise<Answer> {
  const { app, repository, params, query } = call
  const sha = await findTreeish(call, params['*'] ?? '')
  const isRecursive = query['recursive'] !== undefined
  const tree = sha && (await app.git.tree(repository.id, { sha, isRecursive }))
  if (!tree) throw await absence(call)
  return ok(treePayload(sha, tree, call))
}

async function findTreeish({ app, repository }: RepositoryCall, name: string) {
  const { git } = app
  if (isSha(name) && (await git.objectType(repository.id, name)) === 'tree') return name
  return (await git.resolve(repository.id, name))?.sha
}

const isSha = (text: string) => /^[0-9a-f]{40}$/.test(text)
