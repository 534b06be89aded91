import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import type { Db } from '../store/engine.ts'
import type { TokenRow } from '../store/tables.ts'
import { deleteImpersonations, deleteToken, insertToken, tokensOf } from './queries.ts'
import { knownScopes, normalizeScopes } from './scopes.ts'
import { newTokenText, tokenHash } from './token-text.ts'

export type TokenRequest = {
  readonly scopes: readonly string[]
  readonly note: string
  readonly expires_at: string | null
  /** For a site administrator who acts for the account. */
  readonly impersonation?: true
}

/** The token's text is in this answer and nowhere else. Throws `invalid` for a scope nobody knows. */
export async function createToken(
  app: Pick<App, 'store' | 'now'>,
  account: Account,
  request: TokenRequest,
): Promise<{ token: Secret; row: TokenRow }> {
  const unknown = request.scopes.find((scope) => !knownScopes.includes(scope))
  if (unknown !== undefined) {
    throw new Problem('invalid', `"${unknown}" is not a scope. Known: ${knownScopes.join(', ')}`)
  }
  const token = newTokenText()
  const row = await app.store.transaction((tx) =>
    tx.first(insertToken, {
      account_id: account.id,
      hash: tokenHash(token.reveal()),
      last_eight: token.reveal().slice(-8),
      scopes: normalizeScopes(request.scopes).join(', '),
      note: request.note,
      created_at: app.now().toISOString(),
      expires_at: request.expires_at,
      impersonation: request.impersonation ? 1 : 0,
    }),
  )
  if (!row) throw new Error('The new token was not returned')
  return { token, row }
}

export const findTokens = (db: Db, account: Account): Promise<TokenRow[]> =>
  db.all(tokensOf, { account_id: account.id })

/** The deploy keys that the token made go with it (contract 3.3). Says whether there was such a token. */
export async function revokeToken(app: Pick<App, 'store'>, id: number): Promise<boolean> {
  const gone = await app.store.transaction((tx) => tx.first(deleteToken, { id }))
  return gone !== undefined
}

/** No site administrator acts for the account any more. */
export async function revokeImpersonations(
  app: Pick<App, 'store'>,
  account: Account,
): Promise<void> {
  await app.store.transaction((tx) => tx.all(deleteImpersonations, { account_id: account.id }))
}
