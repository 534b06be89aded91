import { createOrganization, createUser, findAccount } from '../accounts/accounts.ts'
import { type Account, loginFault, loginKeyOf } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import { Duplicate, type Tx } from '../store/engine.ts'
import {
  deleteAccount,
  ownedRepository,
  updateLogin,
  updateName,
  updateSiteAdmin,
  updateSuspension,
} from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

type NewUser = {
  readonly login: string
  readonly email?: string | null | undefined
  readonly suspended: boolean
}

/** Whoever it is has no password: they come in by a token. Throws `invalid` for a login that is taken, or that is none. */
export async function admitUser(app: Changing, { login, email, suspended }: NewUser) {
  const account = await taking(() =>
    createUser(app, { login, email: email ?? null, site_admin: false, password_hash: null }),
  )
  if (suspended) await suspend(app, account)
  return account
}

type NewOrganization = {
  readonly login: string
  readonly admin: string
  readonly profile_name?: string | null | undefined
}

/** Throws as `admitUser`, and `not_found` for an owner who is not there. */
export async function foundOrganization(app: Changing, request: NewOrganization): Promise<Account> {
  const owner = await findAccount(app.store.read, request.admin)
  const account = await taking(() => createOrganization(app, request.login, owner))
  const name = request.profile_name
  if (name) {
    const row = { id: account.id, name, updated_at: account.updated_at }
    await app.store.transaction((tx) => tx.all(updateName, row))
  }
  return account
}

/** Its repositories go with it to the new name. Throws as `admitUser`. */
export async function renameAccount(app: Changing, before: Account, login: string) {
  const { id } = before
  const fault = loginFault(login)
  if (fault) throw new Problem('invalid', fault)
  const row = { id, login, login_key: loginKeyOf(login), updated_at: app.now().toISOString() }
  const renamed = await taking(() =>
    app.store.transaction(async (tx) => {
      const after = await tx.first(updateLogin, row)
      const line = { ...lineOf('rename', before), before: { login: before.login } }
      await recordAudit(app, tx, { ...line, after: { login } })
      return after
    }),
  )
  if (!renamed) throw notFound()
  return renamed
}

/** What one name would do for two accounts. */
async function taking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const isTaken =
      error instanceof Duplicate || (error instanceof Problem && error.code === 'conflict')
    if (!isTaken) throw error
    throw invalidField({ resource: 'User', field: 'login', code: 'already_exists' })
  }
}

/** Throws `invalid` for who still owns repositories: what to do with those is for people to say. */
export async function removeUser(app: Changing, { id, login }: Account): Promise<void> {
  await app.store.transaction(async (tx) => {
    if (await tx.first(ownedRepository, { owner_id: id })) {
      throw new Problem(
        'invalid',
        `${login} owns repositories: delete them first, or suspend ${login}`,
      )
    }
    await tx.all(deleteAccount, { id })
    await recordAudit(app, tx, lineOf('delete', { id, login }))
  })
}

export async function suspend(app: Changing, account: Account): Promise<void> {
  const now = app.now().toISOString()
  const suspension = { id: account.id, suspended_at: now, updated_at: now }
  await app.store.transaction(async (tx) => {
    await tx.all(updateSuspension, suspension)
    await recordAudit(app, tx, lineOf('suspend', account))
  })
}

export async function unsuspend(app: Changing, account: Account): Promise<void> {
  const updated_at = app.now().toISOString()
  await app.store.transaction(async (tx) => {
    await tx.all(updateSuspension, { id: account.id, suspended_at: null, updated_at })
    await recordAudit(app, tx, lineOf('unsuspend', account))
  })
}

/** How the audit log names an account. */
const lineOf = (verb: string, { id, login }: Pick<Account, 'id' | 'login'>) => ({
  action: `user.${verb}`,
  owner_id: id,
  subject: login,
})

export async function changeSiteAdmin(
  app: Changing,
  account: Account,
  site_admin: Account['site_admin'],
): Promise<void> {
  await app.store.transaction((tx) => writeSiteAdmin(app, tx, { ...account, site_admin }))
}

/** Inside a transaction: the account as it is to be. */
export async function writeSiteAdmin(app: Changing, tx: Tx, account: Account): Promise<void> {
  const { id, site_admin } = account
  await tx.all(updateSiteAdmin, { id, site_admin, updated_at: app.now().toISOString() })
  await recordAudit(app, tx, lineOf(site_admin === 1 ? 'promote' : 'demote', account))
}
