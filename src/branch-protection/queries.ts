import { columns, query } from '../store/query.ts'
import type { BranchProtectionRow } from '../tables/commits.ts'

type Branch = { repository_id: number; branch: string }

export const protectionByBranch = query((db, p: Branch) =>
  db
    .selectFrom('branch_protections')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('branch', '=', p.branch),
)

export const protectionsOf = query((db, p: { repository_id: number; limit: number }) =>
  db
    .selectFrom('branch_protections')
    .select('branch')
    .where('repository_id', '=', p.repository_id)
    .orderBy('branch')
    .limit(p.limit),
)

export const upsertProtection = query((db, p: BranchProtectionRow) =>
  db
    .insertInto('branch_protections')
    .values(columns(p, ['repository_id', 'branch', 'enforce_admins', 'required_status_checks']))
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'branch']).doUpdateSet({
        enforce_admins: p.enforce_admins,
        required_status_checks: p.required_status_checks,
      }),
    ),
)

export const deleteProtection = query((db, p: Branch) =>
  db
    .deleteFrom('branch_protections')
    .where('repository_id', '=', p.repository_id)
    .where('branch', '=', p.branch)
    .returning('branch'),
)
