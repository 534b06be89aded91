import { sql } from 'kysely'
import { query } from '../../store/query.ts'

/** Far more than a deployment has; what is beyond it is on the pages of the hooks. */
const toldMax = 300

/** What was told of a deployment, and to whom: each event once for each delivery, oldest first, with its newest attempt. */
export const toldOf = query((db, p: { repository_id: number; ordering_key: string }) =>
  db
    .selectFrom('events')
    .leftJoin('deliveries', 'deliveries.event_id', 'events.id')
    .leftJoin('hooks', 'hooks.id', 'deliveries.hook_id')
    .leftJoin('apps', 'apps.id', 'hooks.app_id')
    .leftJoin('attempts', (join) =>
      join.on('attempts.id', '=', ({ selectFrom }) =>
        selectFrom('attempts as tried')
          .select(({ fn }) => fn.max('tried.id').as('id'))
          .whereRef('tried.delivery_id', '=', 'deliveries.id'),
      ),
    )
    .select(['events.id', 'events.name', 'events.created_at'])
    .select(['deliveries.id as delivery_id', 'deliveries.state as delivery_state'])
    .select([
      'hooks.id as hook_id',
      'hooks.url as hook_url',
      'hooks.repository_id as hook_repository_id',
    ])
    .select([
      'attempts.status',
      'attempts.status_code',
      'attempts.started_at',
      'attempts.duration_ms',
    ])
    .select('apps.name as app_name')
    .where('events.repository_id', '=', p.repository_id)
    .where('events.ordering_key', '=', p.ordering_key)
    .orderBy('events.sequence')
    .orderBy('deliveries.id')
    .limit(sql.lit(toldMax)),
)
