import { hash, randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import { deleteToken } from '../auth/queries.ts'
import { scopeListOf } from '../auth/scopes.ts'
import { isSameText } from '../lib/secret.ts'
import type { Tx } from '../store/engine.ts'
import type { OauthCodeRow } from '../tables/programs.ts'
import { decideRedirect } from './decide-redirect.ts'
import { type Grant, type Issued, issueFor, recordGrant } from './grants/grants.ts'
import type { Authorization, Refusal } from './model.ts'
import { type Client, clientColumns } from './oauth-apps/model.ts'
import {
  codeByHash,
  deleteOldCodes,
  insertCode,
  recentCodes,
  setTokenOfCode,
  useCode,
} from './queries.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

const codeMs = 10 * 60 * 1000
const keptMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000

const hashOf = (code: string) => hash('sha256', code, 'hex')
const ago = (app: Pick<App, 'now'>, ms: number) => new Date(app.now().getTime() - ms).toISOString()

/** Writes down what the person lets the client do, and gives the code that it can trade for a token. */
export async function issueCode(
  app: Parts,
  grant: Grant,
  { redirect_uri, code_challenge }: Pick<Authorization, 'redirect_uri' | 'code_challenge'>,
): Promise<string> {
  const code = randomBytes(20).toString('hex')
  const row = {
    ...clientColumns(grant.client),
    account_id: grant.account_id,
    hash: hashOf(code),
    scopes: grant.scopes.join(', '),
    redirect_uri,
    code_challenge,
    created_at: app.now().toISOString(),
  }
  await app.store.transaction(async (tx) => {
    await tx.all(deleteOldCodes, { before: ago(app, keptMs) })
    await recordGrant(app, tx, grant)
    await tx.all(insertCode, row)
  })
  return code
}

/** How many codes the person gave the client within the hour. */
export async function countRecentCodes(
  app: Parts,
  { account_id, client }: Pick<Grant, 'account_id' | 'client'>,
): Promise<number> {
  const where = { account_id, ...clientColumns(client), since: ago(app, hourMs) }
  return Number((await app.store.read.first(recentCodes, where))?.count ?? 0)
}

type Redeemed = {
  readonly client: Client
  readonly code: string
  readonly redirect_uri: string | undefined
  readonly code_verifier: string | undefined
}

/** The token that the code is good for, once. A second use takes back what the first one gave (RFC 6749 4.1.2). */
export async function redeemCode(app: Parts, redeemed: Redeemed): Promise<Issued | Refusal> {
  const { client, code } = redeemed
  return await app.store.transaction(async (tx): Promise<Issued | Refusal> => {
    const asked = { hash: hashOf(code), ...clientColumns(client) }
    const row = await tx.first(codeByHash, asked)
    if (!row) return 'bad_verification_code'
    const refusal = refusalOf(row, redeemed)
    if (refusal) return refusal
    if (row.used_at === null && row.created_at <= ago(app, codeMs)) return 'bad_verification_code'
    if (!(await tx.first(useCode, { id: row.id, used_at: app.now().toISOString() }))) {
      // Read again: whoever was first may have been so a moment ago.
      await takeBack(tx, await tx.first(codeByHash, asked))
      return 'bad_verification_code'
    }
    const { account_id } = row
    const scopes = scopeListOf(row.scopes)
    const issued = await issueFor(app, tx, { account_id, client, scopes })
    await tx.all(setTokenOfCode, { id: row.id, token_id: issued.row.id })
    return issued
  })
}

async function takeBack(tx: Tx, used: OauthCodeRow | undefined): Promise<void> {
  if (used && used.token_id !== null) await tx.all(deleteToken, { id: used.token_id })
}

function refusalOf(row: OauthCodeRow, { client, ...given }: Redeemed): Refusal | undefined {
  const { redirect_uri: asked } = row
  const isSame =
    given.redirect_uri === undefined ||
    (asked === null
      ? decideRedirect(given.redirect_uri, client.callback_urls) !== undefined
      : given.redirect_uri === asked)
  if (!isSame) return 'redirect_uri_mismatch'
  return isVerified(row.code_challenge, given.code_verifier) ? undefined : 'bad_verification_code'
}

/** A verifier without a challenge is refused as well: somebody may have cut the challenge out on its way here. */
function isVerified(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === (verifier ?? null)
  return isSameText(challenge, hash('sha256', verifier, 'base64url'))
}
