import { replacePassword } from '../accounts/accounts.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
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
  if (account.type !== 'User') {
    throw new Problem('invalid', `${account.login} is no user: only users sign in`)
  }
  const password_hash = await hashPassword(password)
  await app.store.transaction(async (tx) => {
    await replacePassword(app, tx, { id: account.id, password_hash })
    await endSessions(tx, account)
    const line = { action: 'user.set_password', owner_id: account.id, subject: account.login }
    await recordAudit(app, tx, line)
  })
  return done(`Set the password of ${account.login}; every browser has to sign in anew.`)
}
