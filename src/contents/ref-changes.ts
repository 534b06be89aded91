import { refuseEmpty } from '../commits/commits.ts'
import { gitRef } from '../commits/payload.ts'
import { noSha, type ObjectType, type Ref, type RefChange } from '../git/model.ts'
import { type Answer, created, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { newRef, refUpdate } from './model.ts'
import { recordChange } from './record-change.ts'

export async function postRef(call: RepositoryCall): Promise<Answer> {
  const { ref, sha } = parseBody(call.body, newRef, 'Reference')
  const { git } = call.app
  if (!git.isRefName(ref)) throw invalidName(ref)
  const type = await findType(call, ref, sha)
  await change(call, { ref, before: noSha, after: sha })
  return created(gitRef({ ref, sha, type }, call))
}

/** Without `force`, only to where all that the ref had is kept. */
export async function patchRef(call: RepositoryCall): Promise<Answer> {
  const { sha, force } = parseBody(call.body, refUpdate, 'Reference')
  const known = await findRef(call)
  const { ref } = known
  const type = await findType(call, ref, sha)
  if (sha === known.sha) return ok(gitRef(known, call))
  const after = { ref, sha, type }
  if (!force && !(await isFastForward(call, known, after))) {
    throw invalid('Update is not a fast forward')
  }
  await change(call, { ref, before: known.sha, after: sha })
  return ok(gitRef(after, call))
}

/** The default branch stays, as for a push. */
export async function deleteRef(call: RepositoryCall): Promise<Answer> {
  const { ref, sha } = await findRef(call)
  const { default_branch: branch } = call.repository
  if (ref === `refs/heads/${branch}`) {
    throw invalid(`Cannot delete ${branch}: it is the default branch. Choose another one first.`)
  }
  await change(call, { ref, before: sha, after: noSha })
  return noContent
}

const invalid = (message: string) => new Problem('invalid', message)

const invalidName = (ref: string) =>
  invalid(`${ref} is not a valid ref name. Name a branch as refs/heads/x, a tag as refs/tags/x.`)

/** The ref that the path names. */
async function findRef(call: RepositoryCall): Promise<Ref> {
  const { app, repository, params } = call
  const ref = `refs/${params['*'] ?? ''}`
  const found = app.git.isRefName(ref) ? await app.git.ref(repository.id, ref) : undefined
  if (found) return found
  await refuseEmpty(call)
  throw invalid('Reference does not exist')
}

/** Of the object that `ref` is to name; a branch names commits only. */
async function findType(call: RepositoryCall, ref: string, sha: string): Promise<ObjectType> {
  const type = await call.app.git.objectType(call.repository.id, sha)
  if (!type) {
    await refuseEmpty(call)
    throw invalid('Object does not exist')
  }
  if (type !== 'commit' && ref.startsWith('refs/heads/')) {
    throw invalid(`Object ${sha} is a ${type}, and a branch can only be at a commit`)
  }
  return type
}

async function isFastForward({ app, repository }: RepositoryCall, before: Ref, after: Ref) {
  if (before.type !== 'commit' || after.type !== 'commit') return false
  return await app.git.isAncestor(repository.id, { base: before.sha, head: after.sha })
}

async function change(call: RepositoryCall, refChange: RefChange): Promise<void> {
  const outcome = await call.app.git.changeRef(call.repository.id, refChange, { isRecorded: true })
  switch (outcome) {
    case 'changed':
      return await recordChange(call, refChange)
    case 'moved':
      if (refChange.before === noSha) throw invalid('Reference already exists')
      throw new Problem('conflict', `${refChange.ref} was changed by somebody else. Try again.`)
    case 'blocked':
      throw invalid(`${refChange.ref} cannot be beside a ref of which one would be the folder`)
  }
}
