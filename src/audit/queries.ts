import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { AuditEntryRow } from '../tables/events.ts'

/** Of a repository it is found whose it is and what it is called. */
export type NewEntry = Omit<AuditEntryRow, 'id' | 'position' | 'hash' | 'repository'>

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

const fullName = sql<string>`accounts.login || '/' || repositories.name`.as('repository')

/** With the repository's owner and name as they are at this moment. */
export const insertAboutRepository = query((db, p: NewEntry & { repository_id: number }) =>
  db.insertInto('audit_entries').values({
    ...columns(p, [...given, 'repository_id']),
    owner_id: db.selectFrom('repositories').select('owner_id').where('id', '=', p.repository_id),
    repository: db
      .selectFrom('repositories')
      .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
      .select(fullName)
      .where('repositories.id', '=', p.repository_id),
  }),
)

export const insertEntry = query((db, p: NewEntry) =>
  db.insertInto('audit_entries').values(columns(p, [...given, 'owner_id'])),
)

export const insertLink = query((db, p: AuditEntryRow) =>
  db
    .insertInto('audit_entries')
    .values(
      columns(p, ['id', 'position', 'hash', ...given, 'owner_id', 'repository_id', 'repository']),
    ),
)

export const placeOfRepository = query((db, p: { id: number }) =>
  db
    .selectFrom('repositories')
    .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
    .select(['repositories.owner_id', fullName])
    .where('repositories.id', '=', p.id),
)

export const lastEntry = query((db, _: object) =>
  db.selectFrom('audit_entries').select(['id', 'position', 'hash']).orderBy('id', 'desc').limit(1),
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
