import { query, type RowOf } from '../../store/query.ts'

type Run = { repository_id: number; first_id: number; last_id: number }

/** How much is kept for each of a run of the repository's environments, and until when each is locked. */
export const standingOf = query((db, p: Run) =>
  db
    .selectFrom('environments')
    .leftJoin('environment_locks', 'environment_locks.environment_id', 'environments.id')
    .select(['environments.id', 'environment_locks.reason as lock_reason'])
    .select('environment_locks.expires_at as locked_until')
    .select((e) =>
      (['secrets', 'variables'] as const).map((kept) =>
        e
          .selectFrom(kept)
          .select((f) => f.fn.countAll<number>().as('count'))
          .whereRef(`${kept}.environment_id`, '=', 'environments.id')
          .as(kept),
      ),
    )
    .where('environments.repository_id', '=', p.repository_id)
    .where('environments.id', '>=', p.first_id)
    .where('environments.id', '<=', p.last_id),
)

export type Standing = RowOf<typeof standingOf>
