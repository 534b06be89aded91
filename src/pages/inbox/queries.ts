import { sql } from 'kysely'
import { query } from '../../store/query.ts'
import { asksViewer, standsThere } from '../asked/asked.ts'

type Asked = { readonly viewer_id: number; readonly limit: number }

/**
 * All that waits and concerns the viewer, over all repositories: first what waits for their review,
 * longest first; then what waits for others where they are at home. Only what they may see.
 */
export const waitingFor = query((db, p: Asked) =>
  db
    .selectFrom('held_deployments as held')
    .innerJoin('deployments', 'deployments.id', 'held.deployment_id')
    .innerJoin('repositories', 'repositories.id', 'held.repository_id')
    .innerJoin('accounts as owners', 'owners.id', 'repositories.owner_id')
    .leftJoin('accounts', 'accounts.id', 'deployments.creator_id')
    .leftJoin('deployment_statuses as newest', (join) =>
      join.on('newest.id', '=', ({ selectFrom }) =>
        selectFrom('deployment_statuses as said')
          .select(({ fn }) => fn.max('said.id').as('id'))
          .whereRef('said.deployment_id', '=', 'held.deployment_id'),
      ),
    )
    .leftJoin('environment_locks as locks', 'locks.environment_id', 'held.environment_id')
    .leftJoin('accounts as lockers', 'lockers.id', 'locks.account_id')
    .leftJoin('deployments as live', (join) =>
      join.on('live.id', '=', ({ selectFrom }) =>
        selectFrom('deployments as before')
          .select(({ fn }) => fn.max('before.id').as('id'))
          .whereRef('before.repository_id', '=', 'deployments.repository_id')
          .whereRef('before.environment_key', '=', 'deployments.environment_key')
          .whereRef('before.target', '=', 'deployments.target')
          .where('before.state', '=', sql.lit('success')),
      ),
    )
    .select(['deployments.id', 'deployments.repository_id', 'deployments.ref', 'deployments.sha'])
    .select(['deployments.task', 'deployments.environment', 'deployments.description'])
    .select(['deployments.creator_id', 'held.held_at', 'newest.description as said'])
    .select(['owners.login as owner_login', 'repositories.name as repository_name'])
    .select(['accounts.login as creator_login', 'accounts.type as creator_type'])
    .select('accounts.site_admin as creator_site_admin')
    .select(['locks.reason as lock_reason', 'locks.expires_at as lock_expires_at'])
    .select(['lockers.login as lock_login', 'live.id as live_id', 'live.sha as live_sha'])
    .select(asksViewer(p).as('asks_viewer'))
    .where(({ or, eb }) =>
      or([
        standsThere(p),
        eb('deployments.creator_id', '=', p.viewer_id).and('repositories.private', '=', 0),
        eb('repositories.private', '=', 0).and(asksViewer(p), '=', 1),
      ]),
    )
    .orderBy('asks_viewer', 'desc')
    .orderBy('held.held_at')
    .orderBy('held.deployment_id')
    .limit(p.limit),
)
