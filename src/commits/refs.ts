import { findProtectedBranches, findProtection } from '../branch-protection/branch-protection.ts'
import type { Ref } from '../git/model.ts'
import { type Answer, ok, okKept } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import { nameParts } from '../repositories/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { absence, findAuthors, peopleOf, refuseEmpty } from './commits.ts'
import { branchPayload, gitRef, shortBranch, tagPayload } from './payload.ts'

export async function listBranches(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const [branches, protectedBranches] = await Promise.all([
    app.git.branches(repository.id),
    findProtectedBranches(app.store.read, repository.id),
  ])
  const isAskedProtected = ['true', '1'].includes(query['protected'] ?? '')
  const found = isAskedProtected
    ? branches.filter(({ name }) => protectedBranches.has(name))
    : branches
  const { page, headers } = pageIn(call, 'branches', found)
  const place = { repository, urls, protectedBranches }
  return okKept(
    call,
    {
      from: [...nameParts(repository), urls, ...page, ...protectedBranches],
      build: () => page.map((branch) => shortBranch(branch, place)),
    },
    headers,
  )
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
  const frame = { repository, urls, authors, protection }
  return okKept(call, {
    from: [
      ...nameParts(repository),
      ...[urls, found.name, commit, ...peopleOf(commit, authors), protection],
    ],
    build: () => branchPayload(found.name, commit, frame),
  })
}

/** From the last name to the first, which mostly is the newest first. */
export async function listTags(call: RepositoryCall): Promise<Answer> {
  const tags = await call.app.git.tags(call.repository.id)
  const { page, headers } = pageIn(call, 'tags', tags.toReversed())
  return ok(
    page.map((tag) => tagPayload(tag, call)),
    headers,
  )
}

function pageIn<T>({ repository, urls, query }: RepositoryCall, list: string, items: readonly T[]) {
  const { limit, offset } = pageOf(query)
  const url = `${urls.api}/repositories/${repository.id}/${list}`
  const page = items.slice(offset, offset + limit)
  return { page, headers: linkHeader(url, query, items.length) }
}

/** `heads/main` or `tags/v1`: the one ref of that name. */
export async function getRef(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, params } = call
  const ref = await app.git.ref(repository.id, `refs/${params['*']}`)
  if (!ref) throw await absence(call)
  return okKept(call, {
    from: [...nameParts(repository), urls, ref.ref, ref.sha, ref.type],
    build: () => gitRef(ref, { repository, urls }),
  })
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
