import { sql } from 'kysely'
import { query } from '../store/query.ts'
import type { Changing } from './model.ts'

/** What succeeded last is looked for among so many. */
const lookedAt = 100

/** Those of an environment's newest deployments to one target that succeeded, with the number of their first success. */
export const succeededAt = query(
  (db, p: Pick<Changing, 'repository_id' | 'environment_key' | 'target'>) =>
    db
      .selectFrom(
        db
          .selectFrom('deployments')
          .select(['id', 'sha', 'state'])
          .select(({ selectFrom }) =>
            selectFrom('deployment_statuses')
              .select(({ fn }) => fn.min('deployment_statuses.id').as('first'))
              .whereRef('deployment_id', '=', 'deployments.id')
              .where('deployment_statuses.state', '=', sql.lit('success'))
              .as('success_id'),
          )
          .where('repository_id', '=', p.repository_id)
          .where('environment_key', '=', p.environment_key)
          .where('target', '=', p.target)
          .orderBy('id', 'desc')
          .limit(sql.lit(lookedAt))
          .as('newest'),
      )
      .selectAll('newest')
      .where('newest.success_id', 'is not', null)
      .orderBy('newest.success_id', 'desc'),
)
