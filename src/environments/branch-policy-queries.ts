import { columns, query } from '../store/query.ts'
import type { DeploymentBranchPolicyRow } from '../tables/environments.ts'

type NewPolicy = Omit<DeploymentBranchPolicyRow, 'id'>
type One = { environment_id: number; id: number }

export const insertBranchPolicy = query((db, p: NewPolicy) =>
  db
    .insertInto('deployment_branch_policies')
    .values(columns(p, ['environment_id', 'type', 'name']))
    .returningAll(),
)

export const branchPolicyById = query((db, p: One) =>
  db
    .selectFrom('deployment_branch_policies')
    .selectAll()
    .where('environment_id', '=', p.environment_id)
    .where('id', '=', p.id),
)

export const branchPolicyByName = query((db, p: NewPolicy) =>
  db
    .selectFrom('deployment_branch_policies')
    .selectAll()
    .where('environment_id', '=', p.environment_id)
    .where('type', '=', p.type)
    .where('name', '=', p.name),
)

export const branchPoliciesOf = query(
  (db, p: { environment_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('deployment_branch_policies')
      .selectAll()
      .where('environment_id', '=', p.environment_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countBranchPolicies = query((db, p: { environment_id: number }) =>
  db
    .selectFrom('deployment_branch_policies')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('environment_id', '=', p.environment_id),
)

export const renameBranchPolicy = query((db, p: { id: number; name: string }) =>
  db
    .updateTable('deployment_branch_policies')
    .set({ name: p.name })
    .where('id', '=', p.id)
    .returningAll(),
)

export const deleteBranchPolicy = query((db, p: One) =>
  db
    .deleteFrom('deployment_branch_policies')
    .where('environment_id', '=', p.environment_id)
    .where('id', '=', p.id)
    .returning('id'),
)

export const deleteBranchPolicies = query((db, p: { environment_id: number }) =>
  db.deleteFrom('deployment_branch_policies').where('environment_id', '=', p.environment_id),
)
