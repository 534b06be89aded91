import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { DeploymentReviewRow } from '../tables/deployments.ts'
import type { EnvironmentLockRow } from '../tables/environments.ts'

/** Whether anything could hold a deployment to the environment: a look into four indexes. */
export const anyGateOf = query((db, p: { environment_id: number }) =>
  db
    .selectFrom('environment_rules')
    .select('environment_id')
    .where('environment_id', '=', p.environment_id)
    .unionAll(
      db
        .selectFrom('deployment_protection_rules')
        .select('environment_id')
        .where('environment_id', '=', p.environment_id),
    )
    .unionAll(
      db
        .selectFrom('environment_locks')
        .select('environment_id')
        .where('environment_id', '=', p.environment_id),
    )
    .unionAll(
      db
        .selectFrom('environment_freezes')
        .select('environment_id')
        .where('environment_id', '=', p.environment_id),
    )
    .unionAll(
      db
        .selectFrom('environment_queues')
        .select('environment_id')
        .where('environment_id', '=', p.environment_id),
    )
    .limit(1),
)

export const environmentById = query((db, p: { id: number }) =>
  db.selectFrom('environments').selectAll().where('id', '=', p.id),
)

export const insertReview = query((db, p: Omit<DeploymentReviewRow, 'id'>) =>
  db
    .insertInto('deployment_reviews')
    .values(
      columns(p, [
        'deployment_id',
        'environment_id',
        'account_id',
        'rule_id',
        'state',
        'bypass',
        'breaks_glass',
        'overtakes',
        'comment',
        'binding',
        'created_at',
      ]),
    ),
)

/** More than reviewers and Apps can say of one deployment. */
const reviewsMax = 1000

/** Oldest first, with whoever said it. */
export const reviewsOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_reviews')
    .innerJoin('accounts', 'accounts.id', 'deployment_reviews.account_id')
    .selectAll('deployment_reviews')
    .select(['accounts.login', 'accounts.type', 'accounts.site_admin'])
    .where('deployment_reviews.deployment_id', '=', p.deployment_id)
    .orderBy('deployment_reviews.id')
    .limit(sql.lit(reviewsMax)),
)

export const lockOf = query((db, p: { environment_id: number }) =>
  db
    .selectFrom('environment_locks')
    .leftJoin('accounts', 'accounts.id', 'environment_locks.account_id')
    .selectAll('environment_locks')
    .select(['accounts.login', 'accounts.type', 'accounts.site_admin'])
    .where('environment_locks.environment_id', '=', p.environment_id),
)

export const putLock = query((db, p: EnvironmentLockRow) =>
  db
    .insertInto('environment_locks')
    .values(columns(p, ['environment_id', 'account_id', 'reason', 'expires_at', 'created_at']))
    .onConflict((conflict) =>
      conflict
        .column('environment_id')
        .doUpdateSet(columns(p, ['account_id', 'reason', 'expires_at', 'created_at'])),
    ),
)

export const deleteLock = query((db, p: { environment_id: number }) =>
  db
    .deleteFrom('environment_locks')
    .where('environment_id', '=', p.environment_id)
    .returning('environment_id'),
)
