import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { AuditEntryRow } from '../tables/events.ts'

type NewEntry = Omit<AuditEntryRow, 'id' | 'position' | 'hash' | 'repository'>

const given = [
  'created_at',
  'action',
  'actor_kind',
  'actor',
  'actor_id',
  'token_kind',
  'token_id',
  'app_id',
  'address',
  'user_agent',
  'request_id',
  'environment',
  'subject',
  'refusal',
  'before',
  'after',
] as const

/** With the repository's owner and name as they are at this moment. */
export const insertAboutRepository = query((db, p: NewEntry & { repository_id: number }) =>
  db.insertInto('audit_entries').values({
    ...columns(p, [...given, 'repository_id']),
    owner_id: db.selectFrom('repositories').select('owner_id').where('id', '=', p.repository_id),
    repository: db
      .selectFrom('repositories')
      .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
      .select(sql<string>`accounts.login || '/' || repositories.name`.as('full_name'))
      .where('repositories.id', '=', p.repository_id),
  }),
)

export const insertEntry = query((db, p: NewEntry) =>
  db.insertInto('audit_entries').values(columns(p, [...given, 'owner_id'])),
)

export const lastLink = query((db, _: object) =>
  db
    .selectFrom('audit_entries')
    .select(['position', 'hash'])
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1),
)

export const unchainedEntries = query((db, p: { limit: number }) =>
  db
    .selectFrom('audit_entries')
    .selectAll()
    .where('position', 'is', null)
    .orderBy('id')
    .limit(p.limit),
)

/** Gives nothing where somebody else has chained it. */
export const chainEntry = query((db, p: { id: number; position: number; hash: string }) =>
  db
    .updateTable('audit_entries')
    .set(columns(p, ['position', 'hash']))
    .where('id', '=', p.id)
    .where('position', 'is', null)
    .returning('id'),
)

/** The chain from here on. */
export const chainedEntries = query((db, p: { after: number; limit: number }) =>
  db
    .selectFrom('audit_entries')
    .selectAll()
    .where('position', '>', p.after)
    .orderBy('position')
    .limit(p.limit),
)

export const firstSince = query((db, p: { since: string }) =>
  db
    .selectFrom('audit_entries')
    .select((e) => e.fn.min('position').as('position'))
    .where('created_at', '>=', p.since)
    .where('position', 'is not', null),
)
