import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { SignJWT } from 'jose'
import { findAccount } from '../../src/accounts/accounts.ts'
import { createAppHook } from '../../src/hooks/hooks.ts'
import { columns, query } from '../../src/store/query.ts'
import type { AppRow, InstallationRow } from '../../src/store/tables.ts'
import type { TestServer } from './server.ts'

type Wanted = {
  readonly owner: string
  readonly url: string
  readonly secret?: string
  readonly events: readonly string[]
}

// Making keys is slow, and whose they are is of no interest to those who use this.
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A GitHub App with a hook, and the JWT by which it speaks for itself. */
export async function hookedApp({ app, apiUrl }: TestServer, { owner, ...hook }: Wanted) {
  const account = await findAccount(app.store.read, owner)
  const public_key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const slug = `robot-${randomUUID()}`
  const now = app.now().toISOString()
  const row = await app.store.transaction(async (tx) => {
    const bot = await tx.first(insertBot, { login: `${slug}[bot]`, now })
    const made = await tx.first(insertApp, {
      owner_id: account.id,
      bot_id: bot?.id ?? 0,
      slug,
      events: JSON.stringify(hook.events),
      now,
    })
    if (!made) throw new Error('The new App was not returned')
    await tx.all(insertKey, { app_id: made.id, public_key, fingerprint: slug, now })
    await createAppHook(app, tx, made, hook)
    return made
  })
  const jwt = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(row.id))
    .setIssuedAt(Math.floor(Date.now() / 1000) - 60)
    .setExpirationTime(Math.floor(Date.now() / 1000) + 540)
    .sign(privateKey)

  /** Puts it on an account: on all repositories, or on those with these ids. */
  const install = (login: string, on?: { events?: readonly string[]; ids?: readonly number[] }) =>
    installOn({ app }, row, { login, events: hook.events, ...on })
  const octokit = new Octokit({ baseUrl: apiUrl, auth: jwt, log: quiet })
  return { row, jwt, octokit, install }
}

type Place = {
  readonly login: string
  readonly events: readonly string[]
  readonly ids?: readonly number[]
}

async function installOn(
  { app }: Pick<TestServer, 'app'>,
  { id }: AppRow,
  { login, events, ids }: Place,
): Promise<InstallationRow> {
  const account = await findAccount(app.store.read, login)
  return await app.store.transaction(async (tx) => {
    const row = await tx.first(insertInstallation, {
      app_id: id,
      account_id: account.id,
      repository_selection: ids ? 'selected' : 'all',
      events: JSON.stringify(events),
      now: app.now().toISOString(),
    })
    if (!row) throw new Error('The new installation was not returned')
    for (const repository_id of ids ?? []) {
      await tx.all(insertInstallationRepository, { installation_id: row.id, repository_id })
    }
    return row
  })
}

const insertBot = query((db, p: { login: string; now: string }) =>
  db
    .insertInto('accounts')
    .values({
      login: p.login,
      login_key: p.login,
      type: 'Bot',
      site_admin: 0,
      created_at: p.now,
      updated_at: p.now,
    })
    .returning('id'),
)

type NewApp = Pick<AppRow, 'owner_id' | 'bot_id' | 'slug' | 'events'> & { now: string }

const insertApp = query((db, p: NewApp) =>
  db
    .insertInto('apps')
    .values({
      ...columns(p, ['owner_id', 'bot_id', 'slug', 'events']),
      name: p.slug,
      name_key: p.slug,
      client_id: p.slug,
      external_url: 'https://example.com/robot',
      callback_urls: '[]',
      public: 1,
      device_flow: 0,
      permissions: '{}',
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
)

type NewKey = { app_id: number; public_key: string; fingerprint: string; now: string }

const insertKey = query((db, p: NewKey) =>
  db
    .insertInto('app_keys')
    .values({ ...columns(p, ['app_id', 'public_key', 'fingerprint']), created_at: p.now }),
)

type NewInstallation = Pick<
  InstallationRow,
  'app_id' | 'account_id' | 'repository_selection' | 'events'
> & { now: string }

const insertInstallation = query((db, p: NewInstallation) =>
  db
    .insertInto('installations')
    .values({
      ...columns(p, ['app_id', 'account_id', 'repository_selection', 'events']),
      permissions: '{}',
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
)

const insertInstallationRepository = query(
  (db, p: { installation_id: number; repository_id: number }) =>
    db
      .insertInto('installation_repositories')
      .values(columns(p, ['installation_id', 'repository_id'])),
)
