import { z } from 'zod'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import { Duplicate, type Tx } from '../store/engine.ts'
import { nameTaken } from './create-repository.ts'
import { aboutFields, privacyOf, repositoryName } from './fields.ts'
import { nameKeyOf, type Repository } from './model.ts'
import {
  deleteRedirect,
  deleteRepository,
  hooksOfRepository,
  insertRedirect,
  renameRepository,
  repositoryById,
  updateRepository,
} from './queries.ts'
import { withOwner } from './repositories.ts'

/** What is absent stays as it is. */
export type RepositoryChange = {
  readonly name?: string | undefined
  readonly description?: string | null | undefined
  readonly homepage?: string | null | undefined
  readonly private?: boolean | undefined
  readonly archived?: boolean | undefined
  readonly default_branch?: string | undefined
}

const branchCharactersMax = 255

/** The body of a request that changes a repository. */
export const repositoryChange = z
  .object({
    name: repositoryName.optional(),
    ...aboutFields,
    archived: z.boolean().optional(),
    default_branch: z.string().max(branchCharactersMax, { error: 'is too long' }).optional(),
  })
  .transform(({ visibility, ...body }) => ({
    ...body,
    private: privacyOf({ ...body, visibility }),
  }))

/** Throws `forbidden` on an archived repository unless it is un-archived by the same request; `invalid` for a taken name and for a branch that is not there. */
export async function changeRepository(
  app: Pick<App, 'store' | 'git' | 'now' | 'signals' | 'who'>,
  repository: Repository,
  change: RepositoryChange,
): Promise<Repository> {
  if (repository.archived === 1 && change.archived !== false) {
    throw new Problem('forbidden', 'Repository was archived so is read-only.')
  }
  await moveHead(app, repository, change.default_branch)
  const now = app.now().toISOString()
  try {
    return await app.store.transaction(async (tx) => {
      const changed = await applyChange(tx, { id: repository.id, change, now })
      const line = { action: 'repository.update', repository_id: repository.id }
      await recordAudit(app, tx, { ...line, before: whatOf(repository), after: whatOf(changed) })
      return changed
    }, repository.id)
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw invalidField(nameTaken)
  }
}

/** What of it the audit log keeps. */
const whatOf = ({ name, private: isPrivate, archived, default_branch }: Repository) => ({
  name,
  private: isPrivate === 1,
  archived: archived === 1,
  default_branch,
})

/** Before the row says so: a crash in between leaves clones on the new branch, and the next request sets both again. */
async function moveHead(
  { git }: Pick<App, 'git'>,
  repository: Repository,
  branch: string | undefined,
): Promise<void> {
  if (branch === undefined || branch === repository.default_branch) return
  const isThere = (await git.branch(repository.id, branch)) !== undefined
  if (isThere && (await git.setDefaultBranch(repository.id, branch))) return
  throw invalidField({
    resource: 'Repository',
    field: 'default_branch',
    code: 'invalid',
    message: `The branch ${branch} was not found. Push it first.`,
  })
}

type Asked = { readonly id: number; readonly change: RepositoryChange; readonly now: string }

async function applyChange(tx: Tx, { id, change, now }: Asked): Promise<Repository> {
  const found = await tx.first(repositoryById, { id })
  if (!found) throw notFound()
  const current = withOwner(found)
  const changed = changedRow(current, change, now)
  await tx.all(updateRepository, changed)
  if (changed.name !== current.name) await tx.all(renameRepository, changed)
  if (changed.name_key !== current.name_key) await leaveRedirect(tx, current, changed)
  return changed
}

function changedRow(current: Repository, change: RepositoryChange, now: string): Repository {
  const { name = current.name, description, homepage } = change
  return {
    ...current,
    name,
    name_key: nameKeyOf(name),
    description: description === undefined ? current.description : description,
    homepage: homepage === undefined ? current.homepage : homepage,
    private: flagOf(change.private) ?? current.private,
    archived: flagOf(change.archived) ?? current.archived,
    default_branch: change.default_branch ?? current.default_branch,
    updated_at: now,
  }
}

function flagOf(value: boolean | undefined): 0 | 1 | undefined {
  if (value === undefined) return undefined
  return value ? 1 : 0
}

/** The old name leads here from now on, and the new one nowhere else (contract 8.2). */
async function leaveRedirect(tx: Tx, old: Repository, renamed: Repository): Promise<void> {
  await tx.all(deleteRedirect, renamed)
  await tx.all(insertRedirect, { ...old, repository_id: old.id })
}

/**
 * Rows first, then the bare repository: what nobody can find any more may take
 * its time to go, and a crash in between leaves a folder that no name leads to.
 */
export async function removeRepository(
  app: Pick<App, 'store' | 'git' | 'now' | 'signals' | 'who'>,
  { id }: Repository,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const hooks = await tx.all(hooksOfRepository, { id })
    await recordAudit(app, tx, { action: 'repository.delete', repository_id: id })
    await tx.all(deleteRepository, { id })
    tx.onCommit(() => {
      for (const hook of hooks) app.signals.emit('hook', hook.id)
    })
  }, id)
  await app.git.remove(id)
}
