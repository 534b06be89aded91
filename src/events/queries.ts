import { sql } from 'kysely'
import { type Builder, columns, query } from '../store/query.ts'
import type { EventRow } from '../tables/events.ts'

type NewEvent = Omit<EventRow, 'id' | 'sequence'>

const insertEventOf = (about: 'repository_id' | 'owner_id') =>
  query((db, p: NewEvent) =>
    db
      .insertInto('events')
      .values({
        ...columns(p, [
          'guid',
          'repository_id',
          'owner_id',
          'name',
          'action',
          'ordering_key',
          'payload',
          'audience',
          'created_at',
        ]),
        sequence: db
          .selectFrom('events')
          .select(sql<number>`coalesce(max(sequence), 0) + 1`.as('next'))
          .where(about, '=', p[about])
          .where('ordering_key', '=', p.ordering_key),
      })
      // All but the payload: the caller has that.
      .returning(['id', 'guid', 'name', 'ordering_key', 'created_at']),
  )

/** Numbers the event within its ordering key as it goes in; keys are a repository's or an owner's own. */
export const insertEvent = {
  ofRepository: insertEventOf('repository_id'),
  ofOwner: insertEventOf('owner_id'),
}

const deliveryColumns = [
  'event_id',
  'hook_id',
  'installation_id',
  'ordering_key',
  'state',
  'next_at',
  'lane',
  'created_at',
] as const

/** What was recorded, given again rather than read: behind a payload it is slow to reach. */
export type RecordedEvent = Pick<EventRow, 'id' | 'guid' | 'name' | 'ordering_key' | 'created_at'>

type Fan = RecordedEvent & { repository_id: number }

/**
 * One delivery for each active hook that listens, in one statement: those of the
 * repository, of the organisation that owns it, and of the Apps that are installed
 * there, cover it and were granted the event. Each part is a look-up by an index,
 * so the kinds that nobody uses cost next to nothing. For a hook that we switched off
 * ourselves it is held, until somebody says what is to become of it.
 */
export const insertDeliveries = query((db, p: Fan) =>
  db
    .insertInto('deliveries')
    .columns(deliveryColumns)
    .expression(
      listeningHooks(db, p, placeOf.repository)
        .unionAll(listeningHooks(db, p, placeOf.organization))
        .unionAll(hooksOfListeningApps(db, p))
        .orderBy('hook'),
    )
    .returning(['id', filterOfHook(db)]),
)

const filterOfHook = (db: Builder) =>
  db
    .selectFrom('hooks')
    .select('filter')
    .where('hooks.id', '=', sql.ref<number>('deliveries.hook_id'))
    .as('filter')

/** Takes back what a hook's filter keeps from it, in the transaction that wrote it. */
export const deleteDelivery = query((db, p: { id: number }) =>
  db.deleteFrom('deliveries').where('id', '=', p.id),
)

/** Those of a repository that asked to hear of `inactive`. */
export const hooksHearingInactive = query((db, p: { repository_id: number; name: string }) =>
  db
    .selectFrom('hooks')
    .select(['hooks.id', 'hooks.filter'])
    .where('hooks.repository_id', '=', p.repository_id)
    .where('hooks.active', '=', 1)
    .where('hooks.hears_inactive', '=', 1)
    .where('hooks.format', '=', sql.lit('github'))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('hook_events')
          .select('hook_id')
          .whereRef('hook_events.hook_id', '=', 'hooks.id')
          .where('hook_events.event', 'in', ['*', p.name]),
      ),
    )
    .orderBy('hooks.id'),
)

const repositoryOf = (db: Builder, { repository_id }: Fan) =>
  db.selectFrom('repositories').where('repositories.id', '=', repository_id)

const placeOf = {
  repository: { hook: 'hooks.repository_id', at: 'repositories.id' },
  organization: { hook: 'hooks.organization_id', at: 'repositories.owner_id' },
} as const

const noInstallation = sql<number | null>`cast(null as bigint)`.as('installation')

const listeningHooks = (
  db: Builder,
  p: Fan,
  { hook, at }: (typeof placeOf)[keyof typeof placeOf],
) =>
  repositoryOf(db, p)
    .innerJoin('hooks', (join) => join.onRef(hook, '=', at))
    .innerJoin('hook_events', 'hook_events.hook_id', 'hooks.id')
    .where(isHeard)
    .where('hook_events.event', 'in', ['*', p.name])
    .select([eventOf(p), 'hooks.id as hook', noInstallation])
    .select(pendingColumns(p))

const hooksOfListeningApps = (db: Builder, p: Fan) =>
  repositoryOf(db, p)
    .innerJoin('installations', 'installations.account_id', 'repositories.owner_id')
    .innerJoin('hooks', 'hooks.app_id', 'installations.app_id')
    .where(isHeard)
    .where('installations.suspended_at', 'is', null)
    // A JSON list of names, which have nothing in them that JSON or LIKE would escape but `_`.
    .where('installations.events', 'like', sql<string>`'%"' || cast(${p.name} as text) || '"%'`)
    .where((where) =>
      where.or([
        where('installations.repository_selection', '=', 'all'),
        where.exists(
          where
            .selectFrom('installation_repositories')
            .select('installation_id')
            .whereRef('installation_id', '=', 'installations.id')
            .whereRef('installation_repositories.repository_id', '=', 'repositories.id'),
        ),
      ]),
    )
    .select([eventOf(p), 'hooks.id as hook'])
    .select(sql<number | null>`installations.id`.as('installation'))
    .select(pendingColumns(p))

/** Switched on, or off by us and not by a person. */
const isOn = sql<boolean>`(hooks.active = 1 or hooks.disabled_at is not null)`
/** What is told in other words is recorded apart. */
const isHeard = sql<boolean>`(${isOn} and hooks.format = 'github')`

const eventOf = ({ id }: RecordedEvent) => sql<number>`cast(${id} as bigint)`.as('event')

function pendingColumns({ ordering_key, created_at }: RecordedEvent) {
  const createdAt = sql<string>`cast(${created_at} as text)`
  return [
    sql<string | null>`cast(${ordering_key} as text)`.as('ordering_key'),
    sql<'pending' | 'held'>`case when hooks.active = 1 then 'pending' else 'held' end`.as('state'),
    createdAt.as('next_at'),
    sql.lit('live').as('lane'),
    createdAt.as('created_at'),
  ] as const
}

type One = Pick<EventRow, 'ordering_key' | 'created_at'> & { event_id: number; hook_id: number }

/** A delivery for one hook whatever it listens to: a ping. */
export const insertDelivery = query((db, p: One) =>
  db
    .insertInto('deliveries')
    .values({
      event_id: p.event_id,
      hook_id: p.hook_id,
      ordering_key: p.ordering_key,
      state: 'pending',
      attempts: 0,
      next_at: p.created_at,
      late: 0,
      lane: 'live',
      created_at: p.created_at,
    })
    .returning('id'),
)

type ToApp = RecordedEvent & { app_id: number; installation_id: number }

/** A delivery for an App's hook, where it has one that is switched on. */
export const insertDeliveryToApp = query((db, p: ToApp) =>
  db
    .insertInto('deliveries')
    .columns(deliveryColumns)
    .expression(
      db
        .selectFrom('hooks')
        .where('hooks.app_id', '=', p.app_id)
        .where(isOn)
        .select([eventOf(p), 'hooks.id as hook'])
        .select(sql<number>`cast(${p.installation_id} as bigint)`.as('installation'))
        .select(pendingColumns(p)),
    )
    .returning('id'),
)
