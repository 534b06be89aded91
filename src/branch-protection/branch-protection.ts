import { z } from 'zod'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { wakeHolds } from '../holds/holds.ts'
import { Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { BranchProtection } from './model.ts'
import { deleteProtection, protectionByBranch, protectionsOf, upsertProtection } from './queries.ts'

const protectionsMax = 1000

const keptChecks = z
  .object({
    strict: z.boolean(),
    checks: z.array(z.object({ context: z.string(), app_id: z.number().nullable() })),
  })
  .nullable()

/** What protects a branch, or undefined. */
export async function findProtection(
  db: Db,
  repositoryId: number,
  branch: string,
): Promise<BranchProtection | undefined> {
  const row = await db.first(protectionByBranch, { repository_id: repositoryId, branch })
  return row && protectionIn(row)
}

const protectionIn = onceFor(
  (row: RowOf<typeof protectionByBranch>): BranchProtection => ({
    branch: row.branch,
    enforce_admins: row.enforce_admins === 1,
    required_status_checks: keptChecks.parse(JSON.parse(row.required_status_checks)),
  }),
)

/** The names of all protected branches. */
export async function findProtectedBranches(
  db: Db,
  repositoryId: number,
): Promise<ReadonlySet<string>> {
  const rows = await db.all(protectionsOf, { repository_id: repositoryId, limit: protectionsMax })
  return new Set(rows.map(({ branch }) => branch))
}

/** Replaces what protected the branch. Throws an `invalid` Problem where too many branches are protected. */
export async function protectBranch(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  repositoryId: number,
  { branch, enforce_admins, required_status_checks }: BranchProtection,
): Promise<void> {
  const row = {
    repository_id: repositoryId,
    branch,
    enforce_admins: enforce_admins ? 1 : 0,
    required_status_checks: JSON.stringify(required_status_checks),
  } as const
  await app.store.transaction(async (tx) => {
    const names = await findProtectedBranches(tx, repositoryId)
    if (names.size >= protectionsMax && !names.has(branch)) {
      throw new Problem('invalid', `A repository has at most ${protectionsMax} protected branches`)
    }
    await tx.all(upsertProtection, row)
    const line = { action: 'branch_protection.update', repository_id: repositoryId }
    const after = { enforce_admins, required_status_checks }
    await recordAudit(app, tx, { ...line, subject: `branch ${branch}`, after })
    await wakeHolds(app, tx, { repository_id: repositoryId })
  }, repositoryId)
}

/** Throws `not_found`. */
export async function unprotectBranch(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  repositoryId: number,
  branch: string,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const gone = await tx.first(deleteProtection, { repository_id: repositoryId, branch })
    if (!gone) throw notProtected()
    const line = { action: 'branch_protection.delete', repository_id: repositoryId }
    await recordAudit(app, tx, { ...line, subject: `branch ${branch}` })
    await wakeHolds(app, tx, { repository_id: repositoryId })
  }, repositoryId)
}

export const notProtected = () => new Problem('not_found', 'Branch not protected')
