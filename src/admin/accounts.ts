import { findAccount, replacePassword } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import { hashPassword } from '../passwords/passwords.ts'
import { endSessions } from '../sessions/sessions.ts'
import { type AdminAnswer, type AdminRequest, done } from './model.ts'

/** Throws `not_found` in the words of whoever typed the name. */
export async function namedAccount(app: Pick<App, 'store'>, login: string): Promise<Account> {
  try {
    return await findAccount(app.store.read, login)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem('not_found', `There is no account ${login}`)
  }
}

/** Whoever was signed in with the old one is signed out. Throws `invalid` for what has no password. */
export async function setPassword(
  app: Pick<App, 'store' | 'now'>,
  { login, password }: Extract<AdminRequest, { kind: 'set_password' }>,
): Promise<AdminAnswer> {
  const account = await namedAccount(app, login)
  if (account.type !== 'User') {
    throw new Problem('invalid', `${account.login} is no user: only users sign in`)
  }
  const password_hash = await hashPassword(password)
  await app.store.transaction(async (tx) => {
    await replacePassword(app, tx, { id: account.id, password_hash })
    await endSessions(tx, account)
  })
  return done(`Set the password of ${account.login}; every browser has to sign in anew.`)
}
