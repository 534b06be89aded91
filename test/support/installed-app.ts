import { findAccount } from '../../src/accounts/accounts.ts'
import { issueToken } from '../../src/auth/tokens.ts'
import { columns, query } from '../../src/store/query.ts'
import type { AppRow, InstallationRow } from '../../src/store/tables.ts'
import type { TestServer } from './server.ts'

type Wanted = {
  readonly slug?: string
  readonly owner?: string
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>
  readonly events?: readonly string[]
}

/** A GitHub App on all of its owner's repositories, and the token of that installation. */
export async function installedApp({ app }: TestServer, wanted: Wanted) {
  const { slug = 'robot', owner = 'octo', permissions, events = [] } = wanted
  const account = await findAccount(app.store.read, owner)
  const now = app.now().toISOString()
  return await app.store.transaction(async (tx) => {
    const bot = await tx.first(insertBot, { login: `${slug}[bot]`, now })
    const row = {
      owner_id: account.id,
      bot_id: bot?.id ?? 0,
      slug,
      name_key: slug,
      name: slug,
      permissions: JSON.stringify(permissions),
      client_id: `Iv1.${slug}`,
      now,
    }
    const made = await tx.first(insertApp, row)
    if (!bot || !made) throw new Error('The new App was not returned')
    const installation = await tx.first(insertInstallation, {
      app_id: made.id,
      account_id: account.id,
      permissions: row.permissions,
      events: JSON.stringify(events),
      now,
    })
    if (!installation) throw new Error('The new installation was not returned')
    const { token } = await issueToken(app, tx, {
      kind: 'installation',
      account_id: bot.id,
      app_id: made.id,
      installation_id: installation.id,
      permissions: row.permissions,
      repository_selection: 'all',
    })
    return { app: made, installation, token: token.reveal() }
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

type NewApp = Pick<
  AppRow,
  'owner_id' | 'bot_id' | 'slug' | 'name' | 'name_key' | 'permissions' | 'client_id'
> & { now: string }

const insertApp = query((db, p: NewApp) =>
  db
    .insertInto('apps')
    .values({
      ...columns(p, ['owner_id', 'bot_id', 'slug', 'name', 'name_key', 'permissions', 'client_id']),
      external_url: 'https://example.com/robot',
      callback_urls: '[]',
      public: 0,
      device_flow: 0,
      events: '[]',
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
)

type NewInstallation = Pick<InstallationRow, 'app_id' | 'account_id' | 'permissions' | 'events'> & {
  now: string
}

const insertInstallation = query((db, p: NewInstallation) =>
  db
    .insertInto('installations')
    .values({
      ...columns(p, ['app_id', 'account_id', 'permissions', 'events']),
      repository_selection: 'all',
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
)
