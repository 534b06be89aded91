import { sql } from 'kysely'
import { columns, query, type RowOf } from '../store/query.ts'
import type { AttemptRow, DeliveryRow } from '../store/tables.ts'

/** Written out, so that the partial index on pending rows is recognised. */
const pending = sql.lit<'pending'>('pending')
const queuedColumns = [
  'id',
  'hook_id',
  'ordering_key',
  'state',
  'next_at',
  'hold_until',
  'lane',
] as const

/** A row as far as the dispatcher's memory needs it. */
export type QueuedRow = Pick<DeliveryRow, (typeof queuedColumns)[number]>

export const findNewest = query((db, _: object) =>
  db.selectFrom('deliveries').select((e) => e.fn.max('id').as('id')),
)

export const findPendingHooks = query((db, _: object) =>
  db.selectFrom('deliveries').select('hook_id').distinct().where('state', '=', pending),
)

export const findPendingAfter = query((db, p: { id: number; limit: number }) =>
  db
    .selectFrom('deliveries')
    .select(queuedColumns)
    .where('state', '=', pending)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)

export const findPendingOfHook = query((db, p: { hook_id: number; id: number; limit: number }) =>
  db
    .selectFrom('deliveries')
    .select(queuedColumns)
    .where('state', '=', pending)
    .where('hook_id', '=', p.hook_id)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)

/** All that a request is made of, read at each attempt: the payload as it was, the hook as it is. */
export const findMaterial = query((db, p: { id: number }) =>
  db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .leftJoin('hooks', 'hooks.id', 'deliveries.hook_id')
    .select(['deliveries.id', 'deliveries.hook_id', 'deliveries.state', 'deliveries.attempts'])
    .select(['deliveries.late', 'deliveries.lane', 'events.guid', 'events.name', 'events.payload'])
    .select(['events.ordering_key', 'events.sequence', 'events.owner_id'])
    .select('deliveries.installation_id')
    .select(['hooks.repository_id', 'hooks.organization_id', 'hooks.app_id'])
    .select([
      'hooks.active',
      'hooks.url',
      'hooks.content_type',
      'hooks.insecure_ssl',
      'hooks.secret',
    ])
    .where('deliveries.id', '=', p.id),
)

export type Material = RowOf<typeof findMaterial>

type Finish = Pick<
  DeliveryRow,
  'id' | 'state' | 'attempts' | 'next_at' | 'hold_until' | 'lane' | 'done_at'
> & { lane_before: DeliveryRow['lane'] }

/** Compare and set: nothing happens when the delivery is not as it was when the attempt began. */
export const finishDelivery = query((db, p: Finish) =>
  db
    .updateTable('deliveries')
    .set(columns(p, ['state', 'attempts', 'next_at', 'lane', 'done_at']))
    .set((e) => ({
      hold_until: e.fn.coalesce('hold_until', e.cast<string>(e.val(p.hold_until), 'text')),
    }))
    .where('id', '=', p.id)
    .where('state', '=', pending)
    .where('attempts', '=', sql<number>`${p.attempts} - 1`)
    .where('lane', '=', p.lane_before)
    .returning(queuedColumns),
)

/** For a delivery that was changed while it was in flight: it keeps its state, but a held one may have arrived. */
export const finishChanged = query((db, p: Pick<Finish, 'id' | 'attempts' | 'state' | 'done_at'>) =>
  db
    .updateTable('deliveries')
    .set({
      attempts: p.attempts,
      state: sql`case when state = 'held' and ${p.state} = 'delivered' then 'delivered' else state end`,
      done_at: sql`case when state = 'held' and ${p.state} = 'delivered' then ${p.done_at} else done_at end`,
    })
    .where('id', '=', p.id)
    .returning(queuedColumns),
)

/** Ends or parks a delivery that is not to be attempted. */
export const settleDelivery = query((db, p: Pick<DeliveryRow, 'id' | 'state' | 'done_at'>) =>
  db
    .updateTable('deliveries')
    .set(columns(p, ['state', 'done_at']))
    .where('id', '=', p.id)
    .where('state', '=', pending)
    .returning('id'),
)

export const markLate = query((db, p: { id: number }) =>
  db
    .updateTable('deliveries')
    .set({ late: 1 })
    .where('id', '=', p.id)
    .where('late', '=', 0)
    .returning('id'),
)

export type NewAttempt = Omit<AttemptRow, 'id'>

export const insertAttempt = query((db, p: NewAttempt) =>
  db
    .insertInto('attempts')
    .values(
      columns(p, [
        'delivery_id',
        'hook_id',
        'n',
        'trigger',
        'started_at',
        'duration_ms',
        'status_code',
        'status',
        'error_class',
        'url',
        'request_headers',
        'response_headers',
        'response_body',
        'body_bytes',
        'truncated',
        'remote_address',
        'reused_socket',
      ]),
    )
    .returning('id'),
)

type LastResponse = { hook_id: number; code: number | null; status: string; message: string }

export const updateLastResponse = query((db, p: LastResponse) =>
  db
    .updateTable('hooks')
    .set({ last_code: p.code, last_status: p.status, last_message: p.message })
    .where('id', '=', p.hook_id)
    .returning('id'),
)

export const countSuccess = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('hook_states')
    .set({ consecutive_failures: 0, first_failure_at: null, last_success_at: p.now })
    .where('hook_id', '=', p.hook_id)
    .returning('hook_id'),
)

export const countFailure = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('hook_states')
    .set((e) => ({
      consecutive_failures: e('consecutive_failures', '+', 1),
      first_failure_at: e.fn.coalesce('first_failure_at', e.cast<string>(e.val(p.now), 'text')),
    }))
    .where('hook_id', '=', p.hook_id)
    .returning('hook_id'),
)

export const disableHook = query((db, p: { id: number; now: string; reason: string }) =>
  db
    .updateTable('hooks')
    .set({ active: 0, disabled_at: p.now, disabled_reason: p.reason, updated_at: p.now })
    .where('id', '=', p.id)
    .returning('id'),
)

export const holdPending = query((db, p: { hook_id: number }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'held' })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', pending)
    .returning('id'),
)

export const resumeHeld = query((db, p: { hook_id: number }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'pending' })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', 'held')
    .returning('id'),
)

export const cancelUnfinished = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'cancelled', done_at: p.now })
    .where('hook_id', '=', p.hook_id)
    .where('state', 'in', ['pending', 'held'])
    .returning('id'),
)

/** Whatever came of it. A deleted hook's and a too large one cannot be sent at all. */
export const replayDelivery = query((db, p: { id: number; now: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'pending', lane: 'bulk', next_at: p.now, done_at: null })
    .where('id', '=', p.id)
    .where('state', 'not in', ['cancelled', 'too_large'])
    .returning('id'),
)
