import { createUser, findAccountById } from '../accounts/accounts.ts'
import { type Account, loginFault } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { writeSiteAdmin } from '../enterprise/enterprise.ts'
import { Problem } from '../lib/problem.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import { mayJoin } from '../openid/decide-admission.ts'
import type { ProviderSettings } from '../openid/model.ts'
import type { Person } from '../openid/parse-person.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import type { IdentityRow } from '../tables/accounts.ts'
import {
  deleteIdentity,
  identityBySubject,
  identityOf,
  insertIdentity,
  updateGrant,
} from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>
type Issuer = Pick<ProviderSettings, 'issuer'>

/** What the account's owner is at the provider, if they are linked. */
export const findIdentity = (
  db: Db,
  account: Account,
  { issuer }: Issuer,
): Promise<IdentityRow | undefined> => db.first(identityOf, { account_id: account.id, issuer })

/**
 * Whose account it is: the one that is linked, never one that has the same login or email address;
 * a new one where that is allowed. Throws `forbidden` for whoever is suspended, or is nobody here;
 * `conflict` and `invalid` for a login that is taken, or is none.
 */
export async function admit(
  app: Changing,
  settings: ProviderSettings,
  person: Person,
): Promise<Account> {
  const { issuer } = settings
  const { read } = app.store
  const identity = await read.first(identityBySubject, { issuer, subject: person.subject })
  const account = identity && (await findAccountById(read, identity.account_id))
  if (!account) return await createLinkedUser(app, settings, person)
  if (account.suspended_at !== null) {
    throw new Problem('forbidden', 'Sorry. Your account was suspended.')
  }
  return await followGroup(app, { account, identity }, isAdministrator(settings, person))
}

const isAdministrator = ({ adminGroup }: ProviderSettings, { groups }: Person) =>
  adminGroup !== undefined && groups.includes(adminGroup)

async function createLinkedUser(
  app: Changing,
  settings: ProviderSettings,
  person: Person,
): Promise<Account> {
  const { login } = person
  if (!mayJoin(settings.admission, person))
    throw new Problem('forbidden', stranger(settings, person))
  const fault = loginFault(login)
  if (fault) throw new Problem('invalid', `${settings.name} calls you so: ${fault}. ${askSomebody}`)
  const site_admin = isAdministrator(settings, person)
  try {
    return await createUser(app, { login, site_admin, password_hash: null }, (tx, account) =>
      writeIdentity(app, tx, { settings, person, account, grants_admin: site_admin ? 1 : 0 }),
    )
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'conflict') throw error
    throw new Problem('conflict', taken(settings, login))
  }
}

const askSomebody = 'Ask whoever runs this server for an account, and to link it.'
const stranger = ({ name }: ProviderSettings, { name: called, subject }: Person) =>
  `No account here is linked to ${called} at ${name}. If you have one, sign in with your password and link it under Settings, Password; otherwise ask whoever runs this server to run: slipway user link NAME --subject ${shellQuote(subject)}`
const taken = ({ name }: ProviderSettings, login: string) =>
  `Somebody is called ${login} here already. If that is you, sign in with your password and link ${name} under Settings, Password. ${askSomebody}`

type Linking = {
  readonly settings: Issuer
  readonly person: Pick<Person, 'subject' | 'name'>
  readonly account: Account
}

/** Throws `conflict` where either of them is linked already. */
export async function linkIdentity(app: Changing, linking: Linking): Promise<void> {
  try {
    await app.store.transaction((tx) => writeIdentity(app, tx, { ...linking, grants_admin: 0 }))
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    const { account, person } = linking
    const message = `${account.login} is linked already, or ${person.name} is to another account here. Unlink that first.`
    throw new Problem('conflict', message)
  }
}

type NewIdentity = Linking & Pick<IdentityRow, 'grants_admin'>

async function writeIdentity(app: Changing, tx: Tx, linked: NewIdentity): Promise<void> {
  const { person, account, grants_admin } = linked
  const { issuer } = linked.settings
  const { subject, name } = person
  const identity = { account_id: account.id, issuer, subject, name, grants_admin }
  await tx.all(insertIdentity, { ...identity, created_at: app.now().toISOString() })
  const line = { action: 'identity.link', owner_id: account.id, subject: account.login }
  await recordAudit(app, tx, { ...line, after: { issuer, subject, name } })
}

/** What the group at the provider gave goes with it. False where nothing was linked. */
export async function unlinkIdentity(
  app: Changing,
  account: Account,
  { issuer }: Issuer,
): Promise<boolean> {
  return await app.store.transaction(async (tx) => {
    const identity = await tx.first(identityOf, { account_id: account.id, issuer })
    if (!identity) return false
    await tx.all(deleteIdentity, { id: identity.id })
    if (identity.grants_admin === 1) await writeSiteAdmin(app, tx, { ...account, site_admin: 0 })
    const { subject, name } = identity
    const line = { action: 'identity.unlink', owner_id: account.id, subject: account.login }
    await recordAudit(app, tx, { ...line, before: { issuer, subject, name } })
    return true
  })
}

type Known = { readonly account: Account; readonly identity: IdentityRow }

/** Who administers the site because of the group does so no longer without it; whom somebody here made so stays. */
async function followGroup(
  app: Changing,
  { account, identity: { id, grants_admin } }: Known,
  isInGroup: boolean,
): Promise<Account> {
  const isAdmin = account.site_admin === 1
  if (isInGroup ? isAdmin : grants_admin === 0) return account
  const flag = isInGroup ? 1 : 0
  const after: Account = { ...account, site_admin: flag }
  await app.store.transaction(async (tx) => {
    await tx.all(updateGrant, { id, grants_admin: flag })
    await writeSiteAdmin(app, tx, after)
  })
  return after
}
