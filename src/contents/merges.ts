import { authorOf } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import { findAuthors } from '../commits/commits.ts'
import { commitPayload } from '../commits/payload.ts'
import type { Merge, MergeOutcome } from '../git/model.ts'
import { type Answer, created, noContent } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { newMerge } from './model.ts'
import { recordChange } from './record-change.ts'

/** A branch that many push to may move under each merge; then it is for the caller to try again. */
const attemptsMax = 3

/** 201 with the merge commit, or 204 where the base has everything already. */
export async function postMerge(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, newMerge, 'Merge')
  const { app, repository, actor, urls } = call
  const { git } = app
  const branch = request.base.replace(/^refs\/heads\//, '')
  const [base, head] = await Promise.all([
    git.branch(repository.id, branch),
    git.resolve(repository.id, request.head),
  ])
  if (!base) throw new Problem('not_found', 'Base does not exist')
  if (!head) throw new Problem('not_found', 'Head does not exist')
  const outcome = await mergeSoon(call, {
    branch,
    from: head.sha,
    message: request.commit_message || `Merge ${request.head} into ${branch}`,
    author: authorOf(requireUser(actor).account, urls),
    date: app.now(),
  })
  switch (outcome.kind) {
    case 'merged': {
      const change = { ref: `refs/heads/${branch}`, before: outcome.before, after: outcome.sha }
      await recordChange(call, change)
      return await answerCommit(call, outcome.sha)
    }
    case 'nothing':
      return noContent
    case 'conflict':
      throw new Problem('conflict', 'Merge conflict')
    case 'moved':
      throw new Problem('conflict', `${branch} moved each time it was merged into. Try again.`)
  }
}

async function mergeSoon({ app, repository }: RepositoryCall, merge: Merge): Promise<MergeOutcome> {
  for (let attempt = 1; attempt < attemptsMax; attempt++) {
    const outcome = await app.git.mergeInto(repository.id, merge)
    if (outcome.kind !== 'moved') return outcome
  }
  return await app.git.mergeInto(repository.id, merge)
}

async function answerCommit(call: RepositoryCall, sha: string): Promise<Answer> {
  const { app, repository, urls } = call
  const commit = await app.git.commit(repository.id, sha)
  if (!commit) throw notFound()
  const authors = await findAuthors(app, [commit])
  return created(commitPayload(commit, { repository, urls, authors }))
}
