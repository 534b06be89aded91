import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { Problem } from '../lib/problem.ts'
import { Duplicate } from '../store/engine.ts'
import { aboutFields, privacyOf, repositoryName } from './fields.ts'
import { type Author, pushFirstCommit } from './first-commit.ts'
import { nameKeyOf, type Owner, type Repository } from './model.ts'
import { deleteRedirect, deleteRepository, insertRepository, takeRepositoryId } from './queries.ts'

export type NewRepository = {
  readonly name: string
  readonly private: boolean
  readonly description: string | null
  readonly homepage: string | null
  /** Whose first commit it begins with (a README), or null for an empty repository. */
  readonly firstAuthor: Author | null
}

/** The body of a request for a new repository. */
export const newRepository = z
  .object({ name: repositoryName, ...aboutFields, auto_init: z.boolean().default(false) })
  .transform((body) => ({
    name: body.name,
    private: privacyOf(body) ?? false,
    description: body.description ?? null,
    homepage: body.homepage ?? null,
    auto_init: body.auto_init,
  }))

const firstBranch = 'main'

/**
 * Makes a repository. Throws `invalid` where the owner has one of that
 * name, which ends a redirect of that name otherwise (contract 8.2).
 *
 * The row comes last: its id is taken first, then the bare repository is made,
 * and only then can anybody find it. Whatever ends the process in between
 * leaves at most an empty folder that no name leads to.
 */
export async function createRepository(
  app: Pick<App, 'store' | 'git' | 'now' | 'signals' | 'who'>,
  owner: Account,
  request: NewRepository,
): Promise<Repository> {
  const row = rowFor(owner, request, app.now().toISOString())
  try {
    const id = await takeId(app, row)
    await makeBare(app, id, request)
    await publish(app, { ...row, id })
    return { ...row, id, owner: ownerOf(owner) }
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw new Problem('invalid', 'Repository creation failed.', [nameTaken])
  }
}

async function makeBare(
  app: Pick<App, 'git' | 'now'>,
  id: number,
  { name, description, firstAuthor }: NewRepository,
): Promise<void> {
  await app.git.create(id, { defaultBranch: firstBranch })
  if (firstAuthor === null) return
  const readme = `# ${name}\n${description === null ? '' : `${description}\n`}`
  const commit = { branch: firstBranch, readme, author: firstAuthor, date: app.now() }
  await pushFirstCommit(app, id, commit)
}

/** GitHub's entry in `errors`, on creating and on renaming. */
export const nameTaken = {
  resource: 'Repository',
  code: 'custom',
  field: 'name',
  message: 'name already exists on this account',
} as const

/** Without the account's password. */
const ownerOf = ({ id, login, type, site_admin, email }: Account): Owner => ({
  id,
  login,
  type,
  site_admin,
  email,
})

type NewRow = Omit<Repository, 'id' | 'owner'>

function rowFor(owner: Account, request: NewRepository, now: string): NewRow {
  return {
    owner_id: owner.id,
    name: request.name,
    name_key: nameKeyOf(request.name),
    private: request.private ? 1 : 0,
    description: request.description,
    homepage: request.homepage,
    default_branch: firstBranch,
    archived: 0,
    created_at: now,
    updated_at: now,
    pushed_at: request.firstAuthor === null ? null : now,
  }
}

async function takeId({ store }: Pick<App, 'store'>, row: NewRow): Promise<number> {
  return await store.transaction(async (tx) => {
    const taken = await tx.first(takeRepositoryId, row)
    if (!taken) throw new Error('The new id was not returned')
    await tx.all(deleteRepository, taken)
    return taken.id
  })
}

async function publish(
  app: Pick<App, 'store' | 'git' | 'now' | 'signals' | 'who'>,
  row: NewRow & { id: number },
): Promise<void> {
  try {
    await app.store.transaction(async (tx) => {
      await tx.all(deleteRedirect, row)
      await tx.all(insertRepository, row)
      const after = { private: row.private === 1 }
      await recordAudit(app, tx, { action: 'repository.create', repository_id: row.id, after })
    }, row.id)
  } catch (error) {
    // Somebody took the name meanwhile. After any other failure the row may be there all the same.
    if (error instanceof Duplicate) await app.git.remove(row.id)
    throw error
  }
}
