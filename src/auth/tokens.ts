import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { TokenRow } from '../tables/accounts.ts'
import {
  chosenRepositories,
  deleteImpersonations,
  deleteToken,
  insertToken,
  insertTokenRepository,
  tokensOf,
} from './queries.ts'
import { knownScopes, normalizeScopes } from './scopes.ts'
import { newTokenText, tokenHash } from './token-text.ts'

export type TokenRequest = {
  readonly scopes: readonly string[]
  readonly note: string
  readonly expires_at: string | null
  /** For a site administrator who acts for the account. */
  readonly impersonation?: 1
}

type Given =
  | 'id'
  | 'hash'
  | 'last_eight'
  | 'created_at'
  | 'last_used_at'
  | 'refresh_hash'
  | 'refresh_expires_at'

/** A token of any kind; what is left out, it has not. */
export type NewToken = Pick<TokenRow, 'account_id' | 'kind'> &
  Partial<Omit<TokenRow, Given>> & {
    /** Those a `selected` token is for. */
    readonly repository_ids?: readonly number[]
  }

/** The token's text is in this answer and nowhere else. Throws `invalid` for a scope nobody knows. */
export async function createToken(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  account: Account,
  request: TokenRequest,
): Promise<{ token: Secret; row: TokenRow }> {
  const unknown = request.scopes.find((scope) => !knownScopes.includes(scope))
  if (unknown !== undefined) {
    throw new Problem('invalid', `"${unknown}" is not a scope. Known: ${knownScopes.join(', ')}`)
  }
  const scopes = normalizeScopes(request.scopes).join(', ')
  const wanted = { ...request, kind: 'personal', account_id: account.id, scopes } as const
  return await app.store.transaction((tx) => issueToken(app, tx, wanted))
}

/** Writes a new token within a transaction of the caller's, who has decided that it may be. */
export async function issueToken(
  app: Pick<App, 'now' | 'signals' | 'who'>,
  tx: Tx,
  { repository_ids = [], ...wanted }: NewToken,
): Promise<{ token: Secret; row: TokenRow }> {
  const token = newTokenText(wanted.kind)
  const row = await tx.first(insertToken, {
    ...nothing,
    ...wanted,
    hash: tokenHash(token.reveal()),
    last_eight: token.reveal().slice(-8),
    created_at: app.now().toISOString(),
  })
  if (!row) throw new Error('The new token was not returned')
  for (const repository_id of repository_ids) {
    await tx.all(insertTokenRepository, { token_id: row.id, repository_id })
  }
  await recordAudit(app, tx, {
    action: 'token.create',
    owner_id: row.account_id,
    subject: `token ${row.id}`,
    after: whatOf(row),
  })
  return { token, row }
}

/** Nothing of the token itself. */
const whatOf = (row: TokenRow) => ({
  kind: row.kind,
  account_id: row.account_id,
  scopes: row.scopes,
  permissions: row.permissions,
  expires_at: row.expires_at,
})

const nothing = {
  scopes: '',
  note: '',
  expires_at: null,
  permissions: null,
  resource_owner_id: null,
  repository_selection: null,
  app_id: null,
  installation_id: null,
  oauth_app_id: null,
  impersonation: 0 as const,
}

export const findTokens = (db: Db, account: Account): Promise<TokenRow[]> =>
  db.all(tokensOf, { account_id: account.id })

/** The repositories that a `selected` token is for, by name. */
export async function findChosenNames(db: Db, { id }: Pick<TokenRow, 'id'>): Promise<string[]> {
  const rows = await db.all(chosenRepositories, { token_id: id })
  return rows.map(({ name }) => name)
}

/** The deploy keys that the token made go with it (contract 3.3). Says whether there was such a token. */
export async function revokeToken(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  id: number,
): Promise<boolean> {
  return await app.store.transaction(async (tx) => {
    const gone = await tx.first(deleteToken, { id })
    if (gone) await recordAudit(app, tx, { action: 'token.revoke', subject: `token ${id}` })
    return gone !== undefined
  })
}

/** No site administrator acts for the account any more. */
export async function revokeImpersonations(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  account: Account,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    await tx.all(deleteImpersonations, { account_id: account.id })
    const line = { action: 'token.revoke_impersonations', owner_id: account.id }
    await recordAudit(app, tx, { ...line, subject: account.login })
  })
}
