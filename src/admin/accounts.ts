import { replacePassword } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { linkIdentity, unlinkIdentity } from '../identities/identities.ts'
import { Problem } from '../lib/problem.ts'
import { hashPassword } from '../passwords/passwords.ts'
import { endSessions } from '../sessions/sessions.ts'
import { type AdminAnswer, type Asked, done } from './model.ts'
import { namedAccount } from './named.ts'

/** Whoever was signed in with the old one is signed out. Throws `invalid` for what has no password. */
export async function setPassword(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { login, password }: Asked<'set_password'>,
): Promise<AdminAnswer> {
  const account = await namedAccount(app, login)
  refuseOthers(account)
  const password_hash = await hashPassword(password)
  await app.store.transaction(async (tx) => {
    await replacePassword(app, tx, { id: account.id, password_hash })
    await endSessions(tx, account)
    const line = { action: 'user.set_password', owner_id: account.id, subject: account.login }
    await recordAudit(app, tx, line)
  })
  return done(`Set the password of ${account.login}; every browser has to sign in anew.`)
}

/** Throws `invalid` where the server has no provider that anybody could be linked to. */
export async function linkAccount(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who' | 'provider'>,
  { login, subject }: Asked<'link_identity'>,
): Promise<AdminAnswer> {
  const settings = settingsOf(app)
  const account = await namedAccount(app, login)
  refuseOthers(account)
  await linkIdentity(app, { settings, account, person: { subject, name: subject } })
  return done(`${account.login} signs in as ${subject} of ${settings.name} from now on.`)
}

/** Whoever is signed in as them is signed out. Throws as `linkAccount`, and `not_found` where nothing was linked. */
export async function unlinkAccount(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who' | 'provider'>,
  { login }: Asked<'unlink_identity'>,
): Promise<AdminAnswer> {
  const settings = settingsOf(app)
  const account = await namedAccount(app, login)
  if (!(await unlinkIdentity(app, account, settings))) {
    throw new Problem('not_found', `${account.login} is not linked to anybody at ${settings.name}`)
  }
  await app.store.transaction((tx) => endSessions(tx, account))
  return done(`Unlinked ${account.login} from ${settings.name}; every browser has to sign in anew.`)
}

function refuseOthers({ type, login }: Account): void {
  if (type !== 'User') throw new Problem('invalid', `${login} is no user: only users sign in`)
}

function settingsOf({ provider }: Pick<App, 'provider'>) {
  if (provider) return provider.settings
  throw new Problem('invalid', 'Set SLIPWAY_OIDC_ISSUER first: nobody signs in elsewhere')
}
