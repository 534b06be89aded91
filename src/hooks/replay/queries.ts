import { sql } from 'kysely'
import { type Builder, query } from '../../store/query.ts'
import type { DeliveryRow } from '../../tables/hooks.ts'

export type Selection = {
  readonly hook_id: number
  readonly since: string
  readonly until: string
  /** JSON lists; an empty one of events is every kind. */
  readonly events: string
  readonly states: string
}

/** Whether a text is in a JSON list of plain words. */
const isListed = (list: string, text: 'events.name' | 'deliveries.state') =>
  sql<boolean>`cast(${list} as text) like '%"' || ${sql.ref(text)} || '"%'`

const selected = (db: Builder, p: Selection) =>
  db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .where('deliveries.hook_id', '=', p.hook_id)
    .where('deliveries.created_at', '>=', p.since)
    .where('deliveries.created_at', '<=', p.until)
    .where(isListed(p.states, 'deliveries.state'))
    .where((e) =>
      e.or([sql<boolean>`cast(${p.events} as text) = '[]'`, isListed(p.events, 'events.name')]),
    )

export const countSelected = query((db, p: Selection) =>
  selected(db, p).select((e) => e.fn.countAll<number>().as('count')),
)

type Batch = Selection & { readonly after: number; readonly limit: number }

export const selectedAfter = query((db, p: Batch) =>
  selected(db, p)
    .select('deliveries.id')
    .where('deliveries.id', '>', p.after)
    .orderBy('deliveries.id')
    .limit(p.limit),
)

type Again = Pick<DeliveryRow, 'id'> & { readonly now: string; readonly states: string }

/** Unless it has become something else since it was selected. */
export const sendAgain = query((db, p: Again) =>
  db
    .updateTable('deliveries')
    .set({ state: 'pending', lane: 'bulk', next_at: p.now, done_at: null })
    .where('id', '=', p.id)
    .where(isListed(p.states, 'deliveries.state'))
    .returning('id'),
)

type Since = { hook_id: number; after: number; since: string; limit: number }

/** The newest attempt of each delivery, in the order of the events. */
export const requestsOfHook = query((db, p: Since) =>
  db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .innerJoin('attempts', (join) =>
      join
        .onRef('attempts.delivery_id', '=', 'deliveries.id')
        .onRef('attempts.n', '=', 'deliveries.attempts'),
    )
    .select(['deliveries.id', 'deliveries.installation_id', 'attempts.request_headers'])
    .select(['events.guid', 'events.name', 'events.action', 'events.owner_id', 'events.payload'])
    .select('events.created_at')
    .where('deliveries.hook_id', '=', p.hook_id)
    .where('deliveries.id', '>', p.after)
    .where('deliveries.created_at', '>=', p.since)
    .orderBy('deliveries.id')
    .limit(p.limit),
)
