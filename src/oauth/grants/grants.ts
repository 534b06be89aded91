import type { App } from '../../app.ts'
import { recordAudit } from '../../audit/audit.ts'
import { deleteToken } from '../../auth/queries.ts'
import { normalizeScopes, scopeListOf } from '../../auth/scopes.ts'
import { newTokenText, tokenHash } from '../../auth/token-text.ts'
import { issueToken } from '../../auth/tokens.ts'
import type { Secret } from '../../lib/secret.ts'
import type { Db, Tx } from '../../store/engine.ts'
import type { TokenRow } from '../../tables/accounts.ts'
import { type Client, clientColumns } from '../oauth-apps/model.ts'
import {
  clientToken,
  deleteGrant,
  deleteTokensOf,
  grantOf,
  grantsOf,
  renewToken,
  replaceToken,
  saveGrant,
  setRefresh,
  surplusTokens,
} from './queries.ts'

/** What a person lets a client do. */
export type Grant = {
  readonly account_id: number
  readonly client: Client
  readonly scopes: readonly string[]
}

/** A token for a client, with what renews it where it expires. Both texts are here and nowhere else. */
export type Issued = {
  readonly token: Secret
  readonly row: TokenRow
  readonly refresh?: Secret
}

/** GitHub's: eight hours, and half a year to come back within. */
export const appUserTokenSeconds = 8 * 60 * 60
export const refreshTokenSeconds = 184 * 24 * 60 * 60
/** For each person, client and set of scopes (contract 7.6). */
const tokensMax = 10
const surplus = surplusTokens(tokensMax)

const later = (app: Pick<App, 'now'>, seconds: number) =>
  new Date(app.now().getTime() + seconds * 1000).toISOString()

/** All that the person ever let the client do; undefined where that is nothing yet. */
export async function findGranted(
  db: Db,
  account_id: number,
  client: Client,
): Promise<readonly string[] | undefined> {
  const row = await db.first(grantOf, { account_id, ...clientColumns(client) })
  return row && scopeListOf(row.scopes)
}

/** A program that somebody let act for them. */
export type Granted = {
  readonly client_id: string
  readonly name: string
  readonly kind: Client['kind']
  /** Null for what comes with the server. */
  readonly owner: string | null
  readonly scopes: readonly string[]
  /** JSON, of a GitHub App. */
  readonly permissions: string | null
  readonly updated_at: string
}

export async function findGrants(db: Db, account_id: number): Promise<Granted[]> {
  const rows = await db.all(grantsOf, { account_id })
  return rows.map((row) => ({
    client_id: row.oauth_app_client_id ?? row.app_client_id ?? '',
    name: row.oauth_app_name ?? row.app_name ?? '',
    kind: row.app_client_id === null ? 'oauth-app' : 'github-app',
    owner: row.owner_login,
    scopes: scopeListOf(row.scopes),
    permissions: row.app_permissions,
    updated_at: row.updated_at,
  }))
}

/** Adds to what the person let the client do before. */
export async function recordGrant(
  app: Pick<App, 'now' | 'signals' | 'who'>,
  tx: Tx,
  { account_id, client, scopes }: Grant,
): Promise<void> {
  const before = (await findGranted(tx, account_id, client)) ?? []
  const now = app.now().toISOString()
  await tx.all(saveGrant[client.kind], {
    ...clientColumns(client),
    account_id,
    scopes: normalizeScopes([...before, ...scopes]).join(', '),
    created_at: now,
    updated_at: now,
  })
  const line = { action: 'grant.create', owner_id: account_id, subject: client.name }
  await recordAudit(app, tx, { ...line, after: { scopes } })
}

/** A token for what was granted; the oldest beyond the limit is revoked for it. */
export async function issueFor(
  app: Pick<App, 'now' | 'signals' | 'who'>,
  tx: Tx,
  { account_id, client, scopes }: Grant,
): Promise<Issued> {
  const isApp = client.kind === 'github-app'
  const issued = await issueToken(app, tx, {
    ...clientColumns(client),
    account_id,
    kind: isApp ? 'app-user' : 'oauth',
    scopes: scopes.join(', '),
    note: client.name,
    expires_at: isApp ? later(app, appUserTokenSeconds) : null,
  })
  const same = { account_id, ...clientColumns(client), scopes: issued.row.scopes }
  for (const { id } of await tx.all(surplus, same)) await tx.all(deleteToken, { id })
  if (!isApp) return issued
  const { refresh, ...columns } = newRefresh(app)
  await tx.all(setRefresh, { id: issued.row.id, ...columns })
  return { ...issued, refresh }
}

function newRefresh(app: Pick<App, 'now'>) {
  const refresh = newTokenText('refresh')
  return {
    refresh,
    refresh_hash: tokenHash(refresh.reveal()),
    refresh_expires_at: later(app, refreshTokenSeconds),
  }
}

function newText(kind: TokenRow['kind']) {
  const token = newTokenText(kind)
  const text = token.reveal()
  return { token, hash: tokenHash(text), last_eight: text.slice(-8) }
}

/** A new token and a new refresh token in place of both old ones; undefined for one that is wrong, used or too old. */
export async function renew(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  client: Client,
  refreshToken: string,
): Promise<Issued | undefined> {
  const { token, ...text } = newText('app-user')
  const { refresh, ...columns } = newRefresh(app)
  const change = {
    ...text,
    ...columns,
    app_id: client.app_id,
    old_refresh_hash: tokenHash(refreshToken),
    now: app.now().toISOString(),
    expires_at: later(app, appUserTokenSeconds),
  }
  const row = await app.store.transaction(async (tx) => {
    const renewed = await tx.first(renewToken, change)
    if (renewed) await recordAudit(app, tx, lineOf('renew', renewed))
    return renewed
  })
  return row && { token, row, refresh }
}

const lineOf = (verb: string, { id, account_id }: TokenRow) => ({
  action: `token.${verb}`,
  owner_id: account_id,
  subject: `token ${id}`,
})

/** The token behind this text, if it is the client's and works. */
export const findClientToken = (
  app: Pick<App, 'store' | 'now'>,
  client: Client,
  text: string,
): Promise<TokenRow | undefined> =>
  app.store.read.first(clientToken, {
    ...clientColumns(client),
    hash: tokenHash(text),
    now: app.now().toISOString(),
  })

/** The same token with another text. */
export async function resetToken(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { id, kind }: TokenRow,
): Promise<Issued | undefined> {
  const { token, ...text } = newText(kind)
  const row = await app.store.transaction(async (tx) => {
    const replaced = await tx.first(replaceToken, { id, ...text })
    if (replaced) await recordAudit(app, tx, lineOf('reset', replaced))
    return replaced
  })
  return row && { token, row }
}

/** The client must ask the person anew. */
export async function revokeGrant(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  account_id: number,
  client: Client,
): Promise<void> {
  const where = { account_id, ...clientColumns(client) }
  await app.store.transaction(async (tx) => {
    await tx.all(deleteTokensOf, where)
    await tx.all(deleteGrant, where)
    const line = { action: 'grant.revoke', owner_id: account_id, subject: client.name }
    await recordAudit(app, tx, line)
  })
}
