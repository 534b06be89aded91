import { sql } from 'kysely'
import { type Builder, type Query, query } from '../store/query.ts'

const listed = (db: Builder) =>
  db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .select(['attempts.id', 'attempts.n', 'attempts.started_at', 'attempts.duration_ms'])
    .select(['attempts.status', 'attempts.status_code', 'attempts.delivery_id', 'attempts.hook_id'])
    .select(['events.guid', 'events.name', 'events.action', 'events.repository_id'])

type Attempts = {
  hook_id: number
  /** Only attempts with a smaller id. */
  before: number
  /** Only answers with a status in this range, or with exactly this one. */
  from: number
  to: number
  or: number
  limit: number
}

/** Newest first. */
export const attemptsOfHook = query((db, p: Attempts) =>
  listed(db)
    .where('attempts.hook_id', '=', p.hook_id)
    .where('attempts.id', '<', p.before)
    .where((e) =>
      e.or([
        e.and([e('attempts.status_code', '>=', p.from), e('attempts.status_code', '<=', p.to)]),
        e('attempts.status_code', '=', p.or),
      ]),
    )
    .orderBy('attempts.id', 'desc')
    .limit(p.limit),
)

export const attemptOfHook = query((db, p: { hook_id: number; id: number }) =>
  listed(db)
    .select(['attempts.url', 'attempts.request_headers', 'attempts.response_headers'])
    .select(['attempts.response_body', 'events.payload'])
    .where('attempts.hook_id', '=', p.hook_id)
    .where('attempts.id', '=', p.id),
)

/** What waits for a hook, and why it may be waiting. */
export const backlogOfHook = query((db, p: { hook_id: number }) =>
  db
    .selectFrom('hook_states')
    .select(['consecutive_failures', 'first_failure_at', 'last_success_at', 'breaker_until'])
    .select((e) =>
      (['pending', 'held'] as const).map((state) =>
        e
          .selectFrom('deliveries')
          .select((f) => f.fn.countAll<number>().as('count'))
          .whereRef('deliveries.hook_id', '=', 'hook_states.hook_id')
          .where('deliveries.state', '=', sql.lit(state))
          .as(state),
      ),
    )
    .where('hook_states.hook_id', '=', p.hook_id),
)

type RowOf<Q> = Q extends Query<infer _, infer R> ? R : never

export type AttemptItem = RowOf<typeof attemptsOfHook>
export type AttemptDetail = RowOf<typeof attemptOfHook>
