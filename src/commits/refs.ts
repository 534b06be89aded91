import { findProtectedBranches, findProtection } from '../branch-protection/branch-protection.ts'
import type { Ref } from '../git/model.ts'
import { type Answer, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { absence, findAuthors, refuseEmpty } from './commits.ts'
import { branchPayload, gitRef, shortBranch, tagPayload } from './payload.ts'

export async function listBranches(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const [branches, protectedBranches] = await Promise.all([
    app.git.branches(repository.id),
    findProtectedBranches(app.store.read, repository.id),
  ])
  const isAskedProtected = ['true', '1'].includes(query['protected'] ?? '')
  const found = branches.filter(({ name }) => !isAskedProtected || protectedBranches.has(name))
  const place = { repository, urls, protectedBranches }
  return answerPage(call, 'branches', found, (branch) => shortBranch(branch, place))
}

export async function getBranch(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const found = await app.git.branch(repository.id, params['*'] ?? '')
  const commit = found && (await app.git.commit(repository.id, found.sha))
  if (!commit) throw new Problem('not_found', 'Branch not found')
  const [authors, protection] = await Promise.all([
    findAuthors(app, [commit]),
    findProtection(app.store.read, repository.id, found.name),
  ])
  return ok(branchPayload(found.name, commit, { repository, urls, authors, protection }))
}

/** From the last name to the first, which mostly is the newest first. */
export async function listTags(call: RepositoryCall): Promise<Answer> {
  const tags = await call.app.git.tags(call.repository.id)
  return answerPage(call, 'tags', tags.reverse(), (tag) => tagPayload(tag, call))
}

function answerPage<T>(
  { repository, urls, query }: RepositoryCall,
  list: string,
  items: readonly T[],
  show: (item: T) => object,
): Answer {
  const { limit, offset } = pageOf(query)
  const url = `${urls.api}/repositories/${repository.id}/${list}`
  const page = items.slice(offset, offset + limit)
  return ok(page.map(show), linkHeader(url, query, items.length))
}

/** `heads/main` or `tags/v1`: the one ref of that name. */
export async function getRef(call: RepositoryCall): Promise<Answer> {
  const { app, repository, params } = call
  const ref = await app.git.ref(repository.id, `refs/${params['*']}`)
  if (!ref) throw await absence(call)
  return ok(gitRef(ref, call))
}

/** All refs whose name starts so; not paged, as at GitHub. */
export async function listMatchingRefs(call: RepositoryCall): Promise<Answer> {
  const prefix = `refs/${call.params['*'] ?? ''}`
  const found = await Promise.all(
    ['refs/heads/', 'refs/tags/'].map((space) => findBelow(call, space, prefix)),
  )
  const refs = found.flat()
  if (refs.length === 0) await refuseEmpty(call)
  return ok(refs.map((ref) => gitRef(ref, call)))
}

/** `refs/he` asks for all heads, `refs/heads/f` for some of them. */
async function findBelow(call: RepositoryCall, space: string, prefix: string): Promise<Ref[]> {
  const { git } = call.app
  if (prefix.startsWith(space)) return await git.matchingRefs(call.repository.id, prefix)
  return space.startsWith(prefix) ? await git.matchingRefs(call.repository.id, space) : []
}
