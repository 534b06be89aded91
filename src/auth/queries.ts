import { columns, query } from '../store/query.ts'
import type { TokenRow } from '../store/tables.ts'

export const insertToken = query((db, p: Omit<TokenRow, 'id' | 'last_used_at'>) =>
  db
    .insertInto('tokens')
    .values(
      columns(p, [
        'account_id',
        'hash',
        'last_eight',
        'scopes',
        'note',
        'created_at',
        'expires_at',
        'impersonation',
      ]),
    )
    .returningAll(),
)

/** A token with its account, in one look-up: every request begins with it. */
export const tokenByHash = query((db, p: { hash: string }) =>
  db
    .selectFrom('tokens')
    .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
    .selectAll('accounts')
    .select([
      'tokens.id as token_id',
      'tokens.scopes as token_scopes',
      'tokens.expires_at as token_expires_at',
      'tokens.last_used_at as token_last_used_at',
    ])
    .where('tokens.hash', '=', p.hash),
)

export const touchToken = query((db, p: { id: number; last_used_at: string }) =>
  db.updateTable('tokens').set({ last_used_at: p.last_used_at }).where('id', '=', p.id),
)

export const tokensOf = query((db, p: { account_id: number }) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .orderBy('id')
    .limit(1000),
)

export const deleteToken = query((db, p: { id: number }) =>
  db.deleteFrom('tokens').where('id', '=', p.id).returning('id'),
)

export const deleteImpersonations = query((db, p: { account_id: number }) =>
  db.deleteFrom('tokens').where('account_id', '=', p.account_id).where('impersonation', '=', 1),
)
