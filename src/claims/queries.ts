import { columns, query } from '../store/query.ts'
import type { DeploymentClaimRow } from '../tables/deployments.ts'

export const claimOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_claims')
    .innerJoin('tokens', 'tokens.id', 'deployment_claims.token_id')
    .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
    .selectAll('deployment_claims')
    .select('accounts.login')
    .where('deployment_claims.deployment_id', '=', p.deployment_id),
)

export const putClaim = query((db, p: DeploymentClaimRow) =>
  db
    .insertInto('deployment_claims')
    .values(
      columns(p, [
        'deployment_id',
        'token_id',
        'public_key',
        'claimed_at',
        'expires_at',
        'read_at',
      ]),
    )
    .onConflict((conflict) =>
      conflict
        .column('deployment_id')
        .doUpdateSet(columns(p, ['token_id', 'public_key', 'claimed_at', 'expires_at', 'read_at'])),
    ),
)

export const updateReadAt = query(
  (db, p: Pick<DeploymentClaimRow, 'deployment_id'> & { read_at: string }) =>
    db
      .updateTable('deployment_claims')
      .set(columns(p, ['read_at']))
      .where('deployment_id', '=', p.deployment_id),
)

/** How the deployment ended, the first time that it did. */
export const endingOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_statuses')
    .select('state')
    .where('deployment_id', '=', p.deployment_id)
    .where('state', 'in', ['success', 'failure', 'error', 'inactive'])
    .orderBy('id')
    .limit(1),
)
