import { sql } from 'kysely'
import { query } from '../../store/query.ts'

type Page = { after: number; before: string; limit: number }
type Span = { from: number; to: number; before: string }

/** Ids go up with time, so a walk from the oldest on meets what is too old first. */
export const findOldDeliveries = query((db, p: Page) =>
  db
    .selectFrom('deliveries')
    .select('id')
    .where('id', '>', p.after)
    .where('created_at', '<', p.before)
    .orderBy('id')
    .limit(p.limit),
)

/** What waited for so long ends here, and stays on record for as long again. */
export const expireWaiting = query((db, p: Span & { now: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'expired', done_at: p.now })
    .where('id', '>=', p.from)
    .where('id', '<=', p.to)
    .where('created_at', '<', p.before)
    .where('state', 'in', ['pending', 'held'])
    .returning('hook_id'),
)

/** With their attempts. */
export const deleteDone = query((db, p: Span) =>
  db
    .deleteFrom('deliveries')
    .where('id', '>=', p.from)
    .where('id', '<=', p.to)
    .where('done_at', '<', p.before),
)

export const findOldAttempts = query((db, p: Page) =>
  db
    .selectFrom('attempts')
    .select('id')
    .where('id', '>', p.after)
    .where('started_at', '<', p.before)
    .orderBy('id')
    .limit(p.limit),
)

export const clearBodies = query((db, p: Span & { nothing: Uint8Array }) =>
  db
    .updateTable('attempts')
    .set({ response_body: p.nothing })
    .where('id', '>=', p.from)
    .where('id', '<=', p.to)
    .where('started_at', '<', p.before)
    .where(sql<number>`length(response_body)`, '>', 0),
)

export const findOldEvents = query((db, p: Page) =>
  db
    .selectFrom('events')
    .select('id')
    .where('id', '>', p.after)
    .where('created_at', '<', p.before)
    .orderBy('id')
    .limit(p.limit),
)

/** Those that nobody waits for. The last of a key stays, because the next one is numbered after it. */
export const deleteEvents = query((db, p: Span) =>
  db
    .deleteFrom('events')
    .where('id', '>=', p.from)
    .where('id', '<=', p.to)
    .where('created_at', '<', p.before)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('deliveries')
            .select('deliveries.id')
            .whereRef('deliveries.event_id', '=', 'events.id'),
        ),
      ),
    )
    .where((e) =>
      e.or([
        e('ordering_key', 'is', null),
        e.exists(
          e
            .selectFrom('events as later')
            .select('later.id')
            .whereRef('later.repository_id', '=', 'events.repository_id')
            .whereRef('later.ordering_key', '=', 'events.ordering_key')
            .whereRef('later.sequence', '>', 'events.sequence'),
        ),
      ]),
    ),
)
