import { columns, query } from '../store/query.ts'
import type { SessionRow } from '../tables/accounts.ts'

export const insertSession = query((db, p: Omit<SessionRow, 'id' | 'last_seen_address'>) =>
  db
    .insertInto('sessions')
    .values(
      columns(p, [
        'account_id',
        'hash',
        'address',
        'user_agent',
        'method',
        'created_at',
        'last_seen_at',
        'expires_at',
      ]),
    ),
)

export const sessionByHash = query((db, p: { hash: string; now: string }) =>
  db.selectFrom('sessions').selectAll().where('hash', '=', p.hash).where('expires_at', '>', p.now),
)

export const sessionsOf = query((db, p: { account_id: number; now: string }) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .where('expires_at', '>', p.now)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100),
)

export const touchSession = query(
  (db, p: Pick<SessionRow, 'id' | 'last_seen_at' | 'last_seen_address'>) =>
    db
      .updateTable('sessions')
      .set(columns(p, ['last_seen_at', 'last_seen_address']))
      .where('id', '=', p.id),
)

export const deleteSession = query((db, p: { id: number; account_id: number }) =>
  db.deleteFrom('sessions').where('id', '=', p.id).where('account_id', '=', p.account_id),
)

export const deleteSessionsOf = query((db, p: { account_id: number }) =>
  db.deleteFrom('sessions').where('account_id', '=', p.account_id),
)

export const deleteOtherSessions = query((db, p: { account_id: number; id: number }) =>
  db.deleteFrom('sessions').where('account_id', '=', p.account_id).where('id', '<>', p.id),
)

export const deleteEndedSessions = query((db, p: { now: string }) =>
  db.deleteFrom('sessions').where('expires_at', '<=', p.now),
)
