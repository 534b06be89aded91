import { sql } from 'kysely'
import { type Builder, query, type RowOf } from '../../store/query.ts'

/** An attempt, and what became of its delivery; `n` of so many `attempts` so far. */
const listed = (db: Builder) =>
  db
    .selectFrom('attempts')
    .innerJoin('deliveries', 'deliveries.id', 'attempts.delivery_id')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .select(['attempts.id', 'attempts.n', 'attempts.started_at', 'attempts.duration_ms'])
    .select(['attempts.status', 'attempts.status_code', 'attempts.error_class', 'attempts.url'])
    .select(['attempts.delivery_id', 'attempts.trigger', 'events.guid', 'events.name'])
    .select(['events.action', 'deliveries.state', 'deliveries.attempts', 'deliveries.next_at'])

type Page = { hook_id: number; before: number; limit: number }

/** Newest first. */
export const attemptPage = query((db, p: Page) =>
  listed(db)
    .where('attempts.hook_id', '=', p.hook_id)
    .where('attempts.id', '<', p.before)
    .orderBy('attempts.id', 'desc')
    .limit(p.limit),
)

export const failedPage = query((db, p: Page) =>
  listed(db)
    .where('attempts.hook_id', '=', p.hook_id)
    .where('attempts.id', '<', p.before)
    .where(sql<boolean>`attempts.status_code not between 200 and 299`)
    .orderBy('attempts.id', 'desc')
    .limit(p.limit),
)

export type AttemptItem = RowOf<typeof attemptPage>

/** One attempt whole. */
export const attemptById = query((db, p: { hook_id: number; id: number }) =>
  listed(db)
    .select(['attempts.request_headers', 'attempts.response_headers', 'attempts.response_body'])
    .select(['attempts.body_bytes', 'attempts.truncated', 'attempts.remote_address'])
    .select(['deliveries.installation_id', 'events.owner_id', 'events.payload'])
    .select('events.created_at')
    .where('attempts.hook_id', '=', p.hook_id)
    .where('attempts.id', '=', p.id),
)

export type AttemptWhole = RowOf<typeof attemptById>

/** How long the newest events took to arrive; of redelivered ones, until they last did. */
export const newestDeliveries = query((db, p: { hook_id: number; limit: number }) =>
  db
    .selectFrom('deliveries')
    .select(['id', 'state', 'created_at', 'done_at'])
    .where('hook_id', '=', p.hook_id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)

export type Sent = RowOf<typeof newestDeliveries>

export const deliveryOfHook = query((db, p: { hook_id: number; id: number }) =>
  db.selectFrom('deliveries').select('id').where('hook_id', '=', p.hook_id).where('id', '=', p.id),
)
