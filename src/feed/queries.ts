import { sql } from 'kysely'
import { type Builder, query } from '../store/query.ts'
import type { Source } from './model.ts'

type Range = { id: number; after: number; horizon: number; limit: number }

const everybody = sql.lit<'all'>('all')
const everybodyAndPages = [everybody, sql.lit<'pages'>('pages')]

/** What is there, without what it says: payloads are read once it is known whether they are wanted. */
const headersIn = (db: Builder, p: Range) =>
  eventsIn(db, p).where('events.audience', '=', everybody)

const eventsIn = (db: Builder, p: Range) =>
  db
    .selectFrom('events')
    .select(['events.id', 'events.repository_id', 'events.name'])
    .select(['events.action', 'events.ordering_key'])
    .select(sql<number>`length(events.payload)`.as('bytes'))
    .where('events.id', '>', p.after)
    .where('events.id', '<=', p.horizon)
    .orderBy('events.id')
    .limit(p.limit)

const headersOfRepository = query((db, p: Range) =>
  headersIn(db, p).where('events.repository_id', '=', p.id),
)

const headersOfOwner = query((db, p: Range) =>
  headersIn(db, p)
    .innerJoin('repositories', 'repositories.id', 'events.repository_id')
    .where('repositories.owner_id', '=', p.id),
)

/** Open pages alone ask for all: what only they are told is among them. */
const headersOfAll = query((db, p: Range) =>
  eventsIn(db, p).where('events.audience', 'in', everybodyAndPages),
)

const headers = { repository: headersOfRepository, owner: headersOfOwner, all: headersOfAll }

export const headersOf = ({ type }: Source) => headers[type]

export const eventById = query((db, p: { id: number }) =>
  db
    .selectFrom('events')
    .select(['id', 'guid', 'repository_id', 'name', 'action', 'ordering_key', 'sequence'])
    .select(['payload', 'created_at'])
    .where('id', '=', p.id),
)

export const newestEvent = query((db, p: { horizon: number }) =>
  db
    .selectFrom('events')
    .select((e) => e.fn.max('id').as('id'))
    .where('id', '<=', p.horizon),
)

/** Whom the events in a range concern. */
export const concernedBy = query((db, p: Omit<Range, 'id'>) =>
  db
    .selectFrom('events')
    .innerJoin('repositories', 'repositories.id', 'events.repository_id')
    .select(['events.repository_id', 'repositories.owner_id'])
    .where('events.audience', 'in', everybodyAndPages)
    .where('events.id', '>', p.after)
    .where('events.id', '<=', p.horizon)
    .orderBy('events.id')
    .limit(p.limit),
)
