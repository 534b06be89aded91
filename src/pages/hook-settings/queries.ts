import { sql } from 'kysely'
import { queryByHolder } from '../../hooks/model.ts'
import { query, type RowOf } from '../../store/query.ts'

const hooksShownMax = 1000

/** How many attempts there were on each day (UTC), and how many arrived, for every hook of a holder. */
export const attemptDays = queryByHolder((column) =>
  query((db, p: { holder_id: number; since: string }) =>
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
      .where(`hooks.${column}`, '=', p.holder_id)
      .where('attempts.started_at', '>=', p.since)
      .groupBy(['attempts.hook_id', 'day']),
  ),
)

export type AttemptDay = RowOf<ReturnType<typeof attemptDays>>

/** The hooks of a holder whose receivers are left alone for a while. */
export const openBreakers = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db
      .selectFrom('hook_states')
      .innerJoin('hooks', 'hooks.id', 'hook_states.hook_id')
      .select(['hook_states.hook_id', 'hook_states.breaker_until'])
      .where(`hooks.${column}`, '=', p.holder_id)
      .where('hook_states.breaker_until', 'is not', null)
      .limit(sql.lit(hooksShownMax)),
  ),
)
