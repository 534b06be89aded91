import { sql } from 'kysely'
import { query } from '../../store/query.ts'
import type { Flag } from '../../tables/flag.ts'

/** Written out, so that the partial index on pending rows is recognised. */
const pending = sql.lit<'pending'>('pending')
const queued = ['id', 'hook_id', 'ordering_key', 'state', 'next_at', 'hold_until', 'lane'] as const

export const findNewest = query((db, _: object) =>
  db.selectFrom('deliveries').select((e) => e.fn.max('id').as('id')),
)

export const findPendingAfter = query((db, p: { id: number; limit: number }) =>
  db
    .selectFrom('deliveries')
    .select(queued)
    .where('state', '=', pending)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)

type PageOfHook = { hook_id: number; id: number; limit: number; bulk: Flag }

/** What was asked for in bulk is read apart, lest it keep what is new in the store. */
export const findPendingOfHook = query((db, p: PageOfHook) =>
  db
    .selectFrom('deliveries')
    .select(queued)
    .where('state', '=', pending)
    .where('hook_id', '=', p.hook_id)
    .where('id', '>', p.id)
    .where(sql`case lane when 'bulk' then 1 else 0 end`, '=', p.bulk)
    .orderBy('id')
    .limit(p.limit),
)

/** Whose hook it is, how fast it wants to be sent to, and what was known of its receiver when that was last written. */
export const findStanding = query((db, p: { hook_id: number }) =>
  db
    .selectFrom('hook_states')
    .innerJoin('hooks', 'hooks.id', 'hook_states.hook_id')
    .leftJoin('repositories', 'repositories.id', 'hooks.repository_id')
    .leftJoin('apps', 'apps.id', 'hooks.app_id')
    .select(({ fn }) =>
      fn.coalesce('repositories.owner_id', 'hooks.organization_id', 'apps.owner_id').as('owner_id'),
    )
    .select('hook_states.consecutive_failures')
    .select(['hook_states.breaker_until', 'hook_states.breaker_openings'])
    .leftJoin('hook_options', 'hook_options.hook_id', 'hook_states.hook_id')
    .select('hook_options.rate_per_second')
    .where('hook_states.hook_id', '=', p.hook_id),
)
