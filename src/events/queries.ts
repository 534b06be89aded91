import { type RawBuilder, sql } from 'kysely'
import { type Builder, columns, query } from '../store/query.ts'
import type { EventRow } from '../tables/events.ts'
import type { DeliveryRow } from '../tables/hooks.ts'

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
  'hook_id',
  'installation_id',
  'event_id',
  'ordering_key',
  'state',
  'next_at',
  'lane',
  'created_at',
] as const

/** What was recorded, given again rather than read: behind a payload it is slow to reach. */
export type RecordedEvent = Pick<EventRow, 'id' | 'guid' | 'name' | 'ordering_key' | 'created_at'>

type About = Pick<RecordedEvent, 'name'> & { repository_id: number }
type Fan = RecordedEvent & About

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
        .where(speaksGitHub)
        .select(deliveryOf(p))
        .unionAll(
          listeningHooks(db, p, placeOf.organization).where(speaksGitHub).select(deliveryOf(p)),
        )
        .unionAll(hooksOfListeningApps(db, p).where(speaksGitHub).select(deliveryOf(p)))
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

/** Some of the hooks that would hear of an event: what they are told is recorded apart. */
const hooksApart = (which: RawBuilder<boolean>) =>
  query((db, p: About) =>
    listeningHooks(db, p, placeOf.repository)
      .where(which)
      .select('hooks.filter')
      .unionAll(listeningHooks(db, p, placeOf.organization).where(which).select('hooks.filter'))
      .unionAll(hooksOfListeningApps(db, p).where(which).select('hooks.filter'))
      .orderBy('hook'),
  )

const repositoryOf = (db: Builder, { repository_id }: About) =>
  db.selectFrom('repositories').where('repositories.id', '=', repository_id)

const placeOf = {
  repository: { hook: 'hooks.repository_id', at: 'repositories.id' },
  organization: { hook: 'hooks.organization_id', at: 'repositories.owner_id' },
} as const

const noInstallation = sql<number | null>`cast(null as bigint)`.as('installation')

const listeningHooks = (
  db: Builder,
  p: About,
  { hook, at }: (typeof placeOf)[keyof typeof placeOf],
) =>
  repositoryOf(db, p)
    .innerJoin('hooks', (join) => join.onRef(hook, '=', at))
    .innerJoin('hook_events', 'hook_events.hook_id', 'hooks.id')
    .where(isOn)
    .where('hook_events.event', 'in', ['*', p.name])
    .select(['hooks.id as hook', noInstallation])

const hooksOfListeningApps = (db: Builder, p: About) =>
  repositoryOf(db, p)
    .innerJoin('installations', 'installations.account_id', 'repositories.owner_id')
    .innerJoin('hooks', 'hooks.app_id', 'installations.app_id')
    .where(isOn)
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
    .select('hooks.id as hook')
    .select(sql<number | null>`installations.id`.as('installation'))

/** Switched on, or off by us and not by a person. */
const isOn = sql<boolean>`(hooks.active = 1 or hooks.disabled_at is not null)`
/** What is told in other words is recorded apart. */
const speaksGitHub = sql<boolean>`hooks.format = 'github'`

/** Those that asked to hear of `inactive`. */
export const hooksHearingInactive = hooksApart(
  sql<boolean>`hooks.hears_inactive = 1 and ${speaksGitHub}`,
)
/** Those that want to hear in CDEvents' words. */
export const hooksOfCdEvents = hooksApart(sql<boolean>`hooks.format = 'cdevents'`)

/** In the order of the columns, behind the hook and its installation. */
function deliveryOf({ id, ordering_key, created_at }: RecordedEvent) {
  const createdAt = sql<string>`cast(${created_at} as text)`
  return [
    sql<number>`cast(${id} as bigint)`.as('event'),
    sql<string | null>`cast(${ordering_key} as text)`.as('ordering_key'),
    sql<'pending' | 'held'>`case when hooks.active = 1 then 'pending' else 'held' end`.as('state'),
    createdAt.as('next_at'),
    sql.lit('live').as('lane'),
    createdAt.as('created_at'),
  ] as const
}

type One = Pick<
  DeliveryRow,
  'event_id' | 'hook_id' | 'installation_id' | 'ordering_key' | 'created_at'
>

/** A delivery for one hook whatever it listens to: a ping. */
export const insertDelivery = query((db, p: One) =>
  db
    .insertInto('deliveries')
    .values({
      event_id: p.event_id,
      hook_id: p.hook_id,
      installation_id: p.installation_id,
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
        .select('hooks.id as hook')
        .select(sql<number>`cast(${p.installation_id} as bigint)`.as('installation'))
        .select(deliveryOf(p)),
    )
    .returning('id'),
)
