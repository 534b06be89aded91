import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createBot } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { isClientId } from '../auth/app-token.ts'
import { type Permissions, permissionNames, permissionsIn } from '../auth/permissions.ts'
import { tokenHash } from '../auth/token-text.ts'
import { basicCredentials } from '../http/basic.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { AppKeyRow, AppRow } from '../tables/programs.ts'
import { type KeyPair, newKeyPair } from './key-pair.ts'
import { type GitHubApp, nameFault, type Performer, slugOf } from './model.ts'
import {
  allApps,
  appByClientId,
  appById,
  appBySlug,
  appsOf,
  deleteKey,
  insertApp,
  insertKey,
  keysOf,
} from './queries.ts'

/** Throws `not_found`. */
export async function findAppBySlug(db: Db, slug: string): Promise<GitHubApp> {
  const row = await db.first(appBySlug, { slug: slug.toLowerCase() })
  if (!row) throw notFound()
  return withOwner(row)
}

/** Throws `not_found`. */
export async function findAppById(db: Db, id: number): Promise<GitHubApp> {
  const row = await db.first(appById, { id })
  if (!row) throw notFound()
  return withOwner(row)
}

/** The App that has a hand in what an actor does: null for whoever acts alone, without a look-up. */
export const findPerformer = async (db: Db, id: number | null): Promise<Performer | null> =>
  id === null ? null : await findAppById(db, id)

export const findApps = async (db: Db): Promise<GitHubApp[]> =>
  (await db.all(allApps, {})).map(withOwner)

/** Those that belong to the account. */
export const findAppsOf = async (db: Db, owner: Pick<Account, 'id'>): Promise<GitHubApp[]> =>
  (await db.all(appsOf, { owner_id: owner.id })).map(withOwner)

/** The App that says who it is by its client id and secret (`Basic`). Throws 401. */
export async function findClient(db: Db, headers: IncomingHttpHeaders): Promise<GitHubApp> {
  const given = basicCredentials(headers.authorization)
  if (!given) throw new Problem('unauthenticated', 'Requires authentication')
  const { user: client_id, password: secret } = given
  const row = isClientId(client_id) ? await db.first(appByClientId, { client_id }) : undefined
  // Hashes are compared, so the time it takes says nothing about the secret.
  if (row?.client_secret_hash !== tokenHash(secret)) {
    throw new Problem('unauthenticated', 'Bad credentials')
  }
  return withOwner(row)
}

function withOwner(joined: RowOf<typeof appById>): GitHubApp {
  const { owner_login, owner_type, owner_site_admin, ...row } = joined
  const owner = {
    id: row.owner_id,
    login: owner_login,
    type: owner_type,
    site_admin: owner_site_admin,
  }
  return { ...row, owner }
}

export type Registration = Pick<
  AppRow,
  'name' | 'description' | 'external_url' | 'setup_url' | 'public' | 'device_flow'
> & {
  readonly callback_urls: readonly string[]
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
}

/** Why a new App cannot be called so: no App can, or another one is. Undefined where it can. */
export async function findNameFault(db: Db, name: string): Promise<string | undefined> {
  const isTaken = await db.first(appBySlug, { slug: slugOf(name) })
  return nameFault(name) ?? (isTaken && taken(name).message)
}

/** Throws `invalid` for permissions that nobody knows. */
export function refuseUnknown(permissions: Registration['permissions']): void {
  const fault = permissionFault(permissions)
  if (fault) throw new Problem('invalid', fault)
}

/** Throws `invalid`. */
export function refuseFaults({ name, permissions }: Registration): void {
  const fault = nameFault(name)
  if (fault) throw new Problem('invalid', fault)
  refuseUnknown(permissions)
}

export const taken = (name: string) =>
  new Problem('invalid', `The name ${name} has already been taken`)

function permissionFault(permissions: Registration['permissions']): string | undefined {
  const isKnown = ([name, level]: [string, string]) =>
    permissionNames.includes(name) && ['read', 'write', 'admin'].includes(level)
  const [name, level] = Object.entries(permissions).find((one) => !isKnown(one)) ?? []
  if (name === undefined) return undefined
  return `"${name}=${level}" is not a permission: use read, write or admin of ${permissionNames.join(', ')}`
}

export type NewApp = {
  readonly owner: Account
  readonly registration: Registration
  /** Made where it is not given. */
  readonly key?: KeyPair | undefined
}

/** A new App with what is shown of it this once. */
export type Registered = {
  readonly registered: GitHubApp
  readonly clientSecret: Secret
  readonly privateKey: Secret
}

/**
 * Makes the App, its bot and its first key; `complete` writes what belongs to it
 * in the same transaction. Throws `invalid` where the name is taken.
 */
export async function registerApp(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  wanted: NewApp,
  complete: (tx: Tx, registered: GitHubApp) => Promise<void>,
): Promise<Registered> {
  const key = wanted.key ?? (await newKeyPair())
  const clientSecret = new Secret(randomBytes(20).toString('hex'))
  try {
    return await app.store.transaction(async (tx) => {
      const registered = await writeApp(app, tx, wanted, clientSecret)
      await writeKey(app, tx, registered, key)
      await complete(tx, registered)
      const { permissions, events } = registered
      await recordAudit(app, tx, {
        ...lineOf(registered, 'create'),
        after: { permissions, events },
      })
      return { registered, clientSecret, privateKey: key.privateKey }
    })
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw taken(wanted.registration.name)
  }
}

async function writeApp(
  app: Pick<App, 'now'>,
  tx: Tx,
  { owner, registration }: NewApp,
  clientSecret: Secret,
): Promise<GitHubApp> {
  const now = app.now().toISOString()
  const bot = await createBot(app, tx, slugOf(registration.name))
  const row = await tx.first(insertApp, {
    ...columnsOf(registration),
    owner_id: owner.id,
    bot_id: bot.id,
    client_id: newClientId(),
    client_secret_hash: tokenHash(clientSecret.reveal()),
    created_at: now,
    updated_at: now,
  })
  if (!row) throw new Error('The new App was not returned')
  return { ...row, owner }
}

export const columnsOf = (registration: Registration) => ({
  ...registration,
  slug: slugOf(registration.name),
  name_key: registration.name.toLowerCase(),
  callback_urls: JSON.stringify(registration.callback_urls),
  permissions: permissionsText(registration.permissions),
  events: JSON.stringify(registration.events),
})

/** How the audit log names an App. */
export const lineOf = ({ slug, owner_id }: GitHubApp, verb: string) => ({
  action: `app.${verb}`,
  owner_id,
  subject: `App ${slug}`,
})

/** Whoever has any permission sees what repositories are called. */
const permissionsText = (permissions: Registration['permissions']): string =>
  JSON.stringify(permissionsIn(JSON.stringify(permissions)) satisfies Permissions)

/** As GitHub's look: `Iv23li` and fourteen more. */
const newClientId = () => `Iv23li${randomBytes(7).toString('hex')}`

async function writeKey(
  { now }: Pick<App, 'now'>,
  tx: Tx,
  { id: app_id }: Pick<AppRow, 'id'>,
  { public_key, fingerprint }: KeyPair,
): Promise<AppKeyRow> {
  const created_at = now().toISOString()
  const row = await tx.first(insertKey, { app_id, public_key, fingerprint, created_at })
  if (!row) throw new Error('The new key was not returned')
  return row
}

/** One more key, so that an App can change keys without a moment in which it has none. */
export async function createKey(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  of: GitHubApp,
): Promise<{ row: AppKeyRow; privateKey: Secret }> {
  const key = await newKeyPair()
  const row = await app.store.transaction(async (tx) => {
    const { fingerprint } = key
    await recordAudit(app, tx, { ...keyLine(of, 'create'), after: { fingerprint } })
    return await writeKey(app, tx, of, key)
  })
  return { row, privateKey: key.privateKey }
}

const keyLine = ({ slug, owner_id }: GitHubApp, verb: string) => ({
  action: `app_key.${verb}`,
  owner_id,
  subject: `App ${slug}`,
})

export const findKeys = (db: Db, of: GitHubApp): Promise<AppKeyRow[]> =>
  db.all(keysOf, { app_id: of.id })

/** Throws `conflict` for the last one, without which the App could not say who it is, and `not_found`. */
export async function removeKey(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  of: GitHubApp,
  id: number,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const keys = await tx.all(keysOf, { app_id: of.id })
    if (!keys.some((key) => key.id === id)) throw notFound()
    if (keys.length === 1) {
      throw new Problem('conflict', `Key ${id} is the only one of ${of.slug}: make another first`)
    }
    await tx.first(deleteKey, { app_id: of.id, id })
    await recordAudit(app, tx, { ...keyLine(of, 'delete'), before: { id } })
  })
}
