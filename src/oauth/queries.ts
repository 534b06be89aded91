import { columns, query } from '../store/query.ts'
import type { OauthCodeRow } from '../tables/programs.ts'
import { type ClientColumns, isOfClient } from './oauth-apps/model.ts'

type NewCode = Omit<OauthCodeRow, 'id' | 'used_at' | 'token_id'>

export const insertCode = query((db, p: NewCode) =>
  db
    .insertInto('oauth_codes')
    .values(
      columns(p, [
        'account_id',
        'oauth_app_id',
        'app_id',
        'hash',
        'scopes',
        'redirect_uri',
        'code_challenge',
        'created_at',
      ]),
    ),
)

/** Kept for a while, so that a second use is seen and what the first one gave is taken back. */
export const deleteOldCodes = query((db, p: { before: string }) =>
  db.deleteFrom('oauth_codes').where('created_at', '<=', p.before),
)

export const codeByHash = query((db, p: ClientColumns & { hash: string }) =>
  db.selectFrom('oauth_codes').selectAll().where('hash', '=', p.hash).where(isOfClient(p)),
)

/** Nothing where it was used before. */
export const useCode = query((db, p: { id: number; used_at: string }) =>
  db
    .updateTable('oauth_codes')
    .set({ used_at: p.used_at })
    .where('id', '=', p.id)
    .where('used_at', 'is', null)
    .returning('id'),
)

export const setTokenOfCode = query((db, p: { id: number; token_id: number }) =>
  db.updateTable('oauth_codes').set({ token_id: p.token_id }).where('id', '=', p.id),
)

export const recentCodes = query((db, p: ClientColumns & { account_id: number; since: string }) =>
  db
    .selectFrom('oauth_codes')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account_id)
    .where('created_at', '>', p.since)
    .where(isOfClient(p)),
)
