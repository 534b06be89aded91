import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { EventRow } from '../store/tables.ts'

type NewEvent = Omit<EventRow, 'id' | 'sequence'>

/** Numbers the event within its ordering key as it goes in. */
export const insertEvent = query((db, p: NewEvent) =>
  db
    .insertInto('events')
    .values({
      ...columns(p, [
        'guid',
        'repository_id',
        'name',
        'action',
        'ordering_key',
        'payload',
        'created_at',
      ]),
      sequence: db
        .selectFrom('events')
        .select(sql<number>`coalesce(max(sequence), 0) + 1`.as('next'))
        .where('repository_id', '=', p.repository_id)
        .where('ordering_key', '=', p.ordering_key),
    })
    .returningAll(),
)

type Fan = { event_id: number; repository_id: number; name: string; created_at: string }

/**
 * One delivery for each active hook of the repository that listens, in one statement. For a hook
 * that we switched off ourselves it is held, until somebody says what is to become of it.
 */
export const insertDeliveries = query((db, p: Fan) =>
  db
    .insertInto('deliveries')
    .columns(['event_id', 'hook_id', 'ordering_key', 'state', 'next_at', 'lane', 'created_at'])
    .expression((from) =>
      from
        .selectFrom('hooks')
        .innerJoin('hook_events', 'hook_events.hook_id', 'hooks.id')
        .innerJoin('events', (join) =>
          join.on('events.id', '=', sql<number>`cast(${p.event_id} as bigint)`),
        )
        .select([
          'events.id',
          'hooks.id as hook',
          'events.ordering_key',
          sql<'pending' | 'held'>`case when hooks.active = 1 then 'pending' else 'held' end`.as(
            'state',
          ),
          'events.created_at as next_at',
          sql.lit('live').as('lane'),
          'events.created_at',
        ])
        .where('hooks.repository_id', '=', p.repository_id)
        .where((e) => e.or([e('hooks.active', '=', 1), e('hooks.disabled_at', 'is not', null)]))
        .where('hook_events.event', 'in', ['*', p.name])
        .orderBy('hooks.id'),
    )
    .returning(['id', 'hook_id']),
)

/** A delivery for one hook whatever it listens to: a ping. */
export const insertDelivery = query(
  (db, p: { event_id: number; hook_id: number; created_at: string }) =>
    db
      .insertInto('deliveries')
      .values({
        event_id: p.event_id,
        hook_id: p.hook_id,
        ordering_key: null,
        state: 'pending',
        attempts: 0,
        next_at: p.created_at,
        late: 0,
        lane: 'live',
        created_at: p.created_at,
      })
      .returning('id'),
)
