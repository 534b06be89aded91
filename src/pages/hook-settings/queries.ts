import { sql } from 'kysely'
import { query, type RowOf } from '../../store/query.ts'

const hooksShownMax = 1000

/** How many attempts there were on each day (UTC), and how many arrived, for every hook of a repository. */
export const attemptDays = query((db, p: { repository_id: number; since: string }) =>
  db
    .selectFrom('attempts')
    .innerJoin('hooks', 'hooks.id', 'attempts.hook_id')
    .select(['attempts.hook_id', sql<string>`substr(attempts.started_at, 1, 10)`.as('day')])
    .select((e) => e.fn.countAll<number>().as('all'))
    .select(
      sql<number>`sum(case when attempts.status_code between 200 and 299 then 1 else 0 end)`.as(
        'good',
      ),
    )
    .where('hooks.repository_id', '=', p.repository_id)
    .where('attempts.started_at', '>=', p.since)
    .groupBy(['attempts.hook_id', 'day']),
)

export type AttemptDay = RowOf<typeof attemptDays>

/** The hooks of a repository whose receivers are left alone for a while. */
export const openBreakers = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('hook_states')
    .innerJoin('hooks', 'hooks.id', 'hook_states.hook_id')
    .select(['hook_states.hook_id', 'hook_states.breaker_until'])
    .where('hooks.repository_id', '=', p.repository_id)
    .where('hook_states.breaker_until', 'is not', null)
    .limit(sql.lit(hooksShownMax)),
)
