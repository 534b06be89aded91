import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { wakeHolds } from '../holds/holds.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import type { Db } from '../store/engine.ts'
import {
  branchPolicyById,
  branchPolicyByName,
  deleteBranchPolicy,
  insertBranchPolicy,
  renameBranchPolicy,
} from './branch-policy-queries.ts'
import { findEnvironment } from './environments.ts'
import type { BranchPolicy, Environment } from './model.ts'

/** What may be deployed changes with a pattern, so whatever waits is looked at again. */
type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/** An environment that goes by patterns. Throws `not_found` for others as well (contract 4.6). */
export async function findCustomEnvironment(
  db: Db,
  repositoryId: number,
  name: string,
): Promise<Environment> {
  const environment = await findEnvironment(db, repositoryId, name)
  if (environment.branch_policy !== 'custom_branch_policies') throw notFound()
  return environment
}

/** Where a policy is: the environment's name, and the policy's id. */
export type PolicyPlace = {
  readonly repositoryId: number
  readonly name: string
  readonly id: number
}

/** Throws `not_found`. */
export async function findBranchPolicy(
  db: Db,
  { repositoryId, name, id }: PolicyPlace,
): Promise<BranchPolicy> {
  const environment = await findCustomEnvironment(db, repositoryId, name)
  const policy = await db.first(branchPolicyById, { environment_id: environment.id, id })
  if (!policy) throw notFound()
  return policy
}

export type PolicyCreation = { readonly kind: 'made' | 'existed'; readonly policy: BranchPolicy }

/** Throws `not_found` where there is no environment that goes by patterns. */
export async function createBranchPolicy(
  app: Changing,
  { repositoryId, name }: Omit<PolicyPlace, 'id'>,
  request: Pick<BranchPolicy, 'name' | 'type'>,
): Promise<PolicyCreation> {
  return await app.store.transaction(async (tx): Promise<PolicyCreation> => {
    const { id } = await findCustomEnvironment(tx, repositoryId, name)
    const row = { environment_id: id, name: request.name, type: request.type }
    const existing = await tx.first(branchPolicyByName, row)
    if (existing) return { kind: 'existed', policy: existing }
    const made = await tx.first(insertBranchPolicy, row)
    if (!made) throw new Error('The new branch policy was not returned')
    const line = { action: 'branch_policy.create', repository_id: repositoryId, environment: name }
    await recordAudit(app, tx, { ...line, after: { name: made.name, type: made.type } })
    await wakeHolds(app, tx, { environment_id: id })
    return { kind: 'made', policy: made }
  }, repositoryId)
}

/** Throws `not_found`, and an `invalid` Problem for a pattern that the environment has already. */
export async function changeBranchPolicy(
  app: Changing,
  place: PolicyPlace,
  pattern: string,
): Promise<BranchPolicy> {
  return await app.store.transaction(async (tx) => {
    const policy = await findBranchPolicy(tx, place)
    const existing = await tx.first(branchPolicyByName, { ...policy, name: pattern })
    if (existing?.id === policy.id) return policy
    if (existing) {
      const resource = 'DeploymentBranchPolicy'
      throw invalidField({ resource, field: 'name', code: 'already_exists' })
    }
    const { repositoryId: repository_id, name: environment } = place
    const line = { action: 'branch_policy.update', repository_id, environment }
    await recordAudit(app, tx, { ...line, before: { name: policy.name }, after: { name: pattern } })
    await wakeHolds(app, tx, { environment_id: policy.environment_id })
    return (await tx.first(renameBranchPolicy, { id: policy.id, name: pattern })) ?? policy
  }, place.repositoryId)
}

/** Throws `not_found`. */
export async function removeBranchPolicy(
  app: Changing,
  { repositoryId, name, id }: PolicyPlace,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const environment = await findCustomEnvironment(tx, repositoryId, name)
    const gone = await tx.first(deleteBranchPolicy, { environment_id: environment.id, id })
    if (!gone) throw notFound()
    const line = { action: 'branch_policy.delete', repository_id: repositoryId, environment: name }
    await recordAudit(app, tx, { ...line, subject: `branch policy ${id}` })
    await wakeHolds(app, tx, { environment_id: environment.id })
  }, repositoryId)
}
