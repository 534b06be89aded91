import { type AccessName, access } from '../../auth/access.ts'
import { Problem } from '../../lib/problem.ts'
import type { Repository } from '../../repositories/model.ts'
import { authorize, findRepositoryById, locateRepository } from '../../repositories/repositories.ts'
import { type Asked, refusal, type View } from './model.ts'

export type RepositoryName = {
  readonly owner: string
  readonly name: string
  readonly followRenames: boolean | null
}

/** The same refusal for a repository that is not there and for one that the caller may not know of. */
export async function findNamedView(asked: Asked, named: RepositoryName): Promise<View> {
  const { owner, name, followRenames } = named
  const located = await unlessMissing(() => locateRepository(asked.app.store.read, owner, name))
  const isNamedSo = located && (followRenames || !located.moved)
  const view = isNamedSo ? await findView(asked, located.repository) : undefined
  if (view) return view
  const message = `Could not resolve to a Repository with the name '${owner}/${name}'.`
  throw refusal('NOT_FOUND', message)
}

/** By id; undefined also for what the caller may not know of. */
export async function findViewById(asked: Asked, id: number): Promise<View | undefined> {
  const repository = await unlessMissing(() => findRepositoryById(asked.app.store.read, id))
  return repository && (await findView(asked, repository))
}

/** Undefined for what REST answers with a 404. */
export async function unlessMissing<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find()
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined
    throw error
  }
}

/** Undefined for whom REST would tell that there is no such repository, whatever they asked for. */
async function findView(asked: Asked, repository: Repository): Promise<View | undefined> {
  for (const name of ['metadata', 'deployments:read'] as const) {
    try {
      const permission = await permit(asked, repository, name)
      return { asked, repository, permission, showsMetadata: name === 'metadata' }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }
  return undefined
}

/** As `authorize`, once for each repository and access. */
export function permit(asked: Asked, repository: Repository, name: AccessName) {
  const key = `${repository.id}:${name}`
  const { read } = asked.app.store
  const permitted = asked.permits.get(key) ?? authorize(read, asked.actor, repository, name)
  asked.permits.set(key, permitted)
  return permitted
}

/** Throws what the field is refused with, where REST would refuse the same. */
export async function requireAccess(view: View, name: AccessName, field: string): Promise<void> {
  const { asked, repository } = view
  try {
    await permit(asked, repository, name)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not_found') throw error
    throw lackOfScopes(view, name, field)
  }
}

/** GitHub's words. That the repository exists is no secret any more. */
export function lackOfScopes({ asked, repository }: View, name: AccessName, field: string) {
  const { privateScopes, publicScopes } = access[name]
  const list = (scopes: readonly string[]) => `[${scopes.map((scope) => `'${scope}'`).join(', ')}]`
  const wanted = list(repository.private ? privateScopes : publicScopes)
  return refusal(
    'INSUFFICIENT_SCOPES',
    `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: ${wanted}, but your token has only been granted the: ${list(asked.actor.granted)} scopes.`,
  )
}
