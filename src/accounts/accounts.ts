import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import { type Account, loginFault, loginKeyOf } from './model.ts'
import {
  accountById,
  accountByLogin,
  anyAdministrator,
  anyUser,
  insertAccount,
  insertMembership,
  membership,
  updatePassword,
} from './queries.ts'

type NewUser = {
  readonly login: string
  readonly site_admin: boolean
  readonly password_hash: string | null
  readonly email?: string | null
}

/** What becomes true together with a new account. */
type Also = (tx: Tx, created: Account) => Promise<void>

/** Throws a `conflict` Problem where the login is taken, an `invalid` one where it is no login. */
export async function createUser(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  user: NewUser,
  also?: Also,
): Promise<Account> {
  return await create(app, { ...user, type: 'User' }, also)
}

/** Makes an organisation whose first administrator is `owner`. Problems as `createUser`. */
export async function createOrganization(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  login: string,
  owner: Account,
): Promise<Account> {
  if (owner.type !== 'User') {
    throw new Problem('invalid', `${owner.login} is an organization; name a user as the owner`)
  }
  const plain = { login, site_admin: false, password_hash: null, type: 'Organization' } as const
  return await create(app, plain, async (tx, { id: organization_id }) => {
    await writeMembership(tx, { organization_id, account_id: owner.id, role: 'admin' })
  })
}

async function create(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  account: NewUser & { type: Account['type'] },
  also?: Also,
): Promise<Account> {
  const fault = loginFault(account.login)
  if (fault) throw new Problem('invalid', fault)
  const now = app.now().toISOString()
  const row = {
    ...account,
    login_key: loginKeyOf(account.login),
    name: null,
    email: account.email ?? null,
    site_admin: account.site_admin ? 1 : 0,
    created_at: now,
    updated_at: now,
  } as const
  try {
    return await app.store.transaction(async (tx) => {
      const created = await tx.first(insertAccount, row)
      if (!created) throw new Error('The new account was not returned')
      await also?.(tx, created)
      const { login, type, site_admin } = created
      const action = type === 'Organization' ? 'organization.create' : 'user.create'
      const line = { action, owner_id: created.id, subject: login }
      await recordAudit(app, tx, { ...line, after: { login, site_admin: site_admin === 1 } })
      return created
    })
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw new Problem('conflict', `The name ${account.login} is taken`)
  }
}

type Membership = {
  readonly organization_id: number
  readonly account_id: number
  readonly role: 'admin' | 'member'
}

/** Inside a transaction: makes a member, or changes one's role. */
export async function writeMembership(tx: Tx, membership: Membership): Promise<void> {
  await tx.all(insertMembership, membership)
}

/** Nobody can register such a name. */
export const botLoginOf = (slug: string): string => `${slug}[bot]`

/** What an App acts as, in the transaction that makes the App. Throws `Duplicate`. */
export async function createBot(app: Pick<App, 'now'>, tx: Tx, slug: string): Promise<Account> {
  const login = botLoginOf(slug)
  const now = app.now().toISOString()
  const bot = await tx.first(insertAccount, {
    login,
    login_key: loginKeyOf(login),
    type: 'Bot',
    name: null,
    email: null,
    password_hash: null,
    site_admin: 0,
    created_at: now,
    updated_at: now,
  })
  if (!bot) throw new Error('The new account was not returned')
  return bot
}

/** Throws `not_found`. */
export async function findAccount(db: Db, login: string): Promise<Account> {
  const account = await db.first(accountByLogin, { login_key: loginKeyOf(login) })
  if (!account) throw notFound()
  return account
}

/** Throws `not_found`, for a user as well. */
export async function findOrganization(db: Db, login: string): Promise<Account> {
  const account = await findAccount(db, login)
  if (account.type !== 'Organization') throw notFound()
  return account
}

export const findAccountById = (db: Db, id: number): Promise<Account | undefined> =>
  db.first(accountById, { id })

/** The hash is argon2id's. */
export async function replacePassword(
  app: Pick<App, 'now'>,
  tx: Tx,
  password: { readonly id: number; readonly password_hash: string },
): Promise<void> {
  await tx.all(updatePassword, { ...password, updated_at: app.now().toISOString() })
}

/** The account's role in an organisation, or undefined. */
export async function findRole(
  db: Db,
  organizationId: number,
  accountId: number,
): Promise<'admin' | 'member' | undefined> {
  const ids = { organization_id: organizationId, account_id: accountId }
  return (await db.first(membership, ids))?.role
}

export const hasAdministrator = async (db: Db): Promise<boolean> =>
  (await db.first(anyAdministrator, {})) !== undefined

/** Whether there is anybody who could ever sign in. */
export const hasUser = async (db: Db): Promise<boolean> =>
  (await db.first(anyUser, {})) !== undefined
