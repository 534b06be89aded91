import { absence } from '../commits/commits.ts'
import { type Answer, okKept, okVersioned } from '../http/answer.ts'
import { Problem } from '../lib/problem.ts'
import { fullNameOf, nameParts } from '../repositories/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { answerRaw } from './contents.ts'
import { blobPayload, gitCommit, treePayload } from './payload.ts'

/** By its full sha, and by nothing else. */
export async function getGitCommit(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const sha = params['sha'] ?? ''
  const build = async () => {
    const commit = isSha(sha) ? await app.git.commit(repository.id, sha) : undefined
    if (!commit) throw await absence(call)
    // Its people are shown as the commit has them.
    return gitCommit(commit, { repository, urls, authors: () => undefined })
  }
  return okKept(call, { from: [...nameParts(repository), urls, sha], build })
}

/** A larger blob is for the raw media type, which needs no memory. */
const jsonBytesMax = 10 * 1024 * 1024

/** By its full sha; as it is where `application/vnd.github.raw` is asked for. */
export async function getBlob(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params, headers } = call
  const sha = params['file_sha'] ?? ''
  const type = isSha(sha) ? await app.git.objectType(repository.id, sha) : undefined
  if (type !== 'blob') throw await absence(call)
  if (/application\/vnd\.github\.(?:[\w-]+\.)?raw\b/.test(headers.accept ?? '')) {
    return answerRaw(call, { sha })
  }
  return okVersioned([sha, fullNameOf(repository), urls], async () => {
    const bytes = await app.git.blob(repository.id, sha, jsonBytesMax)
    if (!bytes) throw tooLarge()
    return blobPayload(sha, bytes, call)
  })
}

function tooLarge(): Problem {
  const megabytes = jsonBytesMax / 1024 / 1024
  const message = `As JSON, blobs have up to ${megabytes} MB. Ask for 'application/vnd.github.raw'.`
  return new Problem('forbidden', message, [{ resource: 'Blob', field: 'data', code: 'too_large' }])
}

/** By the tree's own sha, or by what names a commit; `recursive` counts whatever it says. */
export async function getTree(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params, query } = call
  const sha = await findTreeish(call, params['*'] ?? '')
  const isRecursive = query['recursive'] !== undefined
  if (!sha) throw await absence(call)
  return okKept(call, {
    from: [...nameParts(repository), urls, sha, isRecursive],
    // What a sha names never changes, so a tree that is known need not be read.
    version: () => [sha, isRecursive, fullNameOf(repository), urls],
    build: async () => {
      const tree = await app.git.tree(repository.id, { sha, isRecursive })
      if (!tree) throw await absence(call)
      return treePayload(sha, tree, call)
    },
  })
}

async function findTreeish({ app, repository }: RepositoryCall, name: string) {
  const { git } = app
  if (isSha(name) && (await git.objectType(repository.id, name)) === 'tree') return name
  return (await git.resolve(repository.id, name))?.sha
}

const isSha = (text: string) => /^[0-9a-f]{40}$/.test(text)
