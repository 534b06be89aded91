import type { Account } from '../../accounts/model.ts'
import type { App } from '../../app.ts'
import { recordAudit } from '../../audit/audit.ts'
import { appByClientId } from '../../auth/queries.ts'
import { basicCredentials } from '../../http/basic.ts'
import { Problem } from '../../lib/problem.ts'
import type { Secret } from '../../lib/secret.ts'
import type { Db } from '../../store/engine.ts'
import type { OauthAppRow } from '../../tables/programs.ts'
import {
  type Client,
  checkCallbackUrl,
  clientOfApp,
  clientOfOauthApp,
  clientSecretHash,
  isClientSecret,
  newClientId,
  newClientSecret,
} from './model.ts'
import {
  allOauthApps,
  deleteOauthAppRow,
  insertOauthApp,
  oauthAppByClientId,
  oauthAppsOf,
  updateOauthApp,
  updateSecret,
} from './queries.ts'

export type NewOauthApp = {
  readonly name: string
  readonly url: string
  readonly callback_url: string
  readonly device_flow: boolean
}

const nameCharactersMax = 100

/** The secret is in this answer and nowhere else. Throws `invalid` for a name or a callback that cannot be. */
export async function createOauthApp(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  owner: Account,
  { device_flow, ...given }: NewOauthApp,
): Promise<{ row: OauthAppRow; secret: Secret }> {
  check(given)
  const secret = newClientSecret()
  const now = app.now().toISOString()
  const wanted = {
    ...given,
    owner_id: owner.id,
    description: null,
    client_id: newClientId(),
    client_secret_hash: clientSecretHash(secret.reveal()),
    device_flow: device_flow ? 1 : 0,
    created_at: now,
    updated_at: now,
  } as const
  return await app.store.transaction(async (tx) => {
    const row = await tx.first(insertOauthApp, wanted)
    if (!row) throw new Error('The new OAuth app was not returned')
    await recordAudit(app, tx, { ...lineOf('create', row), after: given })
    return { row, secret }
  })
}

const lineOf = (
  verb: string,
  { client_id, owner_id }: Pick<OauthAppRow, 'client_id' | 'owner_id'>,
) => ({
  action: `oauth_app.${verb}`,
  subject: `OAuth app ${client_id}`,
  ...(owner_id !== null && { owner_id }),
})

function check({ name, callback_url, url }: Omit<NewOauthApp, 'device_flow'>): void {
  if (!/^[^\p{Cc}]*\S[^\p{Cc}]*$/u.test(name) || name.length > nameCharactersMax) {
    throw new Problem('invalid', `A name has 1 to ${nameCharactersMax} characters, in one line`)
  }
  checkCallbackUrl(callback_url)
  checkCallbackUrl(url)
}

/** People let the program go on as what it is now. Throws as `createOauthApp`. */
export async function changeOauthApp(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  before: OauthAppRow,
  { device_flow, ...given }: NewOauthApp,
): Promise<void> {
  check(given)
  const change = {
    ...given,
    id: before.id,
    device_flow: device_flow ? 1 : 0,
    updated_at: app.now().toISOString(),
  } as const
  const line = { ...lineOf('update', before), after: given }
  await app.store.transaction(async (tx) => {
    await tx.first(updateOauthApp, change)
    await recordAudit(app, tx, line)
  })
}

/** Those that the account registered. */
export const findOauthAppsOf = (db: Db, owner_id: number): Promise<OauthAppRow[]> =>
  db.all(oauthAppsOf, { owner_id })

export const findOauthApps = (db: Db): Promise<(OauthAppRow & { owner: string | null })[]> =>
  db.all(allOauthApps, {})

/** The old secret is worth nothing from here on. Throws `not_found`, also for a public client. */
export async function resetClientSecret(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  client_id: string,
): Promise<Secret> {
  const secret = newClientSecret()
  const client_secret_hash = clientSecretHash(secret.reveal())
  const change = { client_id, client_secret_hash, updated_at: app.now().toISOString() }
  const changed = await app.store.transaction(async (tx) => {
    const row = await tx.first(updateSecret, change)
    if (row) await recordAudit(app, tx, lineOf('reset_secret', { client_id, ...row }))
    return row
  })
  if (changed) return secret
  throw new Problem('not_found', `There is no OAuth app ${client_id} with a secret`)
}

/** All that it was let do ends with it. Throws `not_found`. */
export async function deleteOauthApp(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  client_id: string,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const gone = await tx.first(deleteOauthAppRow, { client_id })
    if (!gone) throw new Problem('not_found', `There is no OAuth app ${client_id}`)
    await recordAudit(app, tx, lineOf('delete', { client_id, ...gone }))
  })
}

const clientIdPattern = /^[\w.-]{1,64}$/

/** The program that says by `Basic` who it is, with its client id and its secret; undefined for whoever else asks. */
export async function findAskingClient(
  db: Db,
  authorization: string | undefined,
): Promise<Client | undefined> {
  const given = basicCredentials(authorization)
  const client = given && (await findClient(db, given.user))
  return client && isClientSecret(client, given.password) ? client : undefined
}

/** An OAuth app or a GitHub App by its client id. */
export async function findClient(db: Db, client_id: string): Promise<Client | undefined> {
  if (!clientIdPattern.test(client_id)) return undefined
  const oauthApp = await db.first(oauthAppByClientId, { client_id })
  if (oauthApp) return clientOfOauthApp(oauthApp)
  const app = await db.first(appByClientId, { value: client_id })
  return app && clientOfApp(app)
}
