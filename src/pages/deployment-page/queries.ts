import { sql } from 'kysely'
import { query } from '../../store/query.ts'
import type { DeploymentRow } from '../../tables/deployments.ts'

/** What is live in the place now. */
export const liveAt = query(
  (db, p: Pick<DeploymentRow, 'repository_id' | 'environment_key' | 'target'>) =>
    db
      .selectFrom('deployments')
      .select(['id', 'sha', 'ref'])
      .where('repository_id', '=', p.repository_id)
      .where('environment_key', '=', p.environment_key)
      .where('target', '=', p.target)
      .where('state', '=', sql.lit('success'))
      .orderBy('id', 'desc')
      .limit(1),
)
