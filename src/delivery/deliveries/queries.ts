import { sql } from 'kysely'
import { columns, type Ids, listedIds, query } from '../../store/query.ts'
import type { AttemptRow, DeliveryRow } from '../../tables/hooks.ts'
import type { QueuedRow } from './model.ts'

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
] as const satisfies readonly (keyof QueuedRow)[]

/** Deliveries that are read together. */
export const partsMax = 16

/** What a request is made of beside the event, read at each attempt: the delivery and the hook as they are. */
export const findParts = query((db, p: Ids) =>
  db
    .selectFrom('deliveries')
    .leftJoin('hooks', 'hooks.id', 'deliveries.hook_id')
    .select(['deliveries.id', 'deliveries.hook_id', 'deliveries.state', 'deliveries.attempts'])
    .select(['deliveries.late', 'deliveries.lane', 'deliveries.event_id'])
    .select(['deliveries.installation_id', 'deliveries.created_at'])
    .select('hooks.updated_at as hook_updated_at')
    .select(['hooks.repository_id', 'hooks.organization_id', 'hooks.app_id'])
    .select([
      'hooks.active',
      'hooks.url',
      'hooks.content_type',
      'hooks.insecure_ssl',
      'hooks.secret',
    ])
    .leftJoin('hook_options', 'hook_options.hook_id', 'deliveries.hook_id')
    .select(['hook_options.standard_webhooks', 'hook_options.client_certificate'])
    .select(['hook_options.client_key', 'hook_options.previous_secret'])
    .select(['hook_options.previous_secret_until', 'hook_options.timeout_seconds'])
    .where('deliveries.id', 'in', listedIds(p, partsMax)),
)

/** What was recorded when it happened. */
export const findEvent = query((db, p: { id: number }) =>
  db
    .selectFrom('events')
    .select(['guid', 'name', 'payload', 'ordering_key', 'sequence', 'owner_id'])
    .where('id', '=', p.id),
)

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
    ),
)

type LastResponse = { hook_id: number; code: number | null; status: string; message: string }

export const updateLastResponse = query((db, p: LastResponse) =>
  db
    .updateTable('hooks')
    .set({ last_code: p.code, last_status: p.status, last_message: p.message })
    .where('id', '=', p.hook_id),
)

type Count = {
  hook_id: number
  epoch: number
  now: string
  breaker_until: string | null
  breaker_openings: number
}

/** No row when another node holds the hook by now, or the hook is gone. */
export const countSuccess = query((db, p: Count) =>
  db
    .updateTable('hook_states')
    .set({ consecutive_failures: 0, first_failure_at: null, last_success_at: p.now, warnings: 0 })
    .set(columns(p, ['breaker_until', 'breaker_openings']))
    .where('hook_id', '=', p.hook_id)
    .where('lease_epoch', '=', p.epoch)
    .returning(['consecutive_failures', 'first_failure_at', 'warnings']),
)

/** No row when another node holds the hook by now, or the hook is gone. */
export const countFailure = query((db, p: Count) =>
  db
    .updateTable('hook_states')
    .set(columns(p, ['breaker_until', 'breaker_openings']))
    .set((e) => ({
      consecutive_failures: e('consecutive_failures', '+', 1),
      first_failure_at: e.fn.coalesce('first_failure_at', e.cast<string>(e.val(p.now), 'text')),
    }))
    .where('hook_id', '=', p.hook_id)
    .where('lease_epoch', '=', p.epoch)
    .returning(['consecutive_failures', 'first_failure_at', 'warnings']),
)

export const findHookState = query((db, p: { hook_id: number }) =>
  db.selectFrom('hook_states').select('hook_id').where('hook_id', '=', p.hook_id),
)

export const updateWarnings = query((db, p: { hook_id: number; warnings: number }) =>
  db
    .updateTable('hook_states')
    .set({ warnings: p.warnings })
    .where('hook_id', '=', p.hook_id)
    .returning('hook_id'),
)

/** For a hook that somebody switched on: its past failures must not switch it off again. */
export const forgetFailures = query((db, p: { hook_id: number }) =>
  db
    .updateTable('hook_states')
    .set({ consecutive_failures: 0, first_failure_at: null, warnings: 0 })
    .set({ breaker_until: null, breaker_openings: 0 })
    .where('hook_id', '=', p.hook_id)
    .returning('hook_id'),
)

/** Lets an open breaker take its next probe now. */
export const tryAtOnce = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('hook_states')
    .set({ breaker_until: p.now })
    .where('hook_id', '=', p.hook_id)
    .where('breaker_until', '>', p.now)
    .returning('hook_id'),
)

/** What has failed holds its key until then: while nothing was sent, its time did not run. */
export const renewHolds = query((db, p: { hook_id: number; hold_until: string }) =>
  db
    .updateTable('deliveries')
    .set({ hold_until: p.hold_until })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', pending)
    .where('hold_until', '<', p.hold_until)
    .returning('id'),
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

const held = sql.lit<'held'>('held')

export const resumeHeld = query((db, p: { hook_id: number }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'pending' })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', held)
    .returning('id'),
)

export const cancelHeld = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'cancelled', done_at: p.now })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', held)
    .returning('id'),
)

/** Every held delivery but the newest of its key, and those without a key. */
export const cancelOvertaken = query((db, p: { hook_id: number; now: string }) =>
  db
    .updateTable('deliveries')
    .set({ state: 'cancelled', done_at: p.now })
    .where('hook_id', '=', p.hook_id)
    .where('state', '=', held)
    .where('ordering_key', 'is not', null)
    .where('id', 'not in', (e) =>
      e
        .selectFrom('deliveries as newest')
        .select((f) => f.fn.max('newest.id').as('id'))
        .where('newest.hook_id', '=', p.hook_id)
        .where('newest.state', '=', held)
        .groupBy('newest.ordering_key'),
    )
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
