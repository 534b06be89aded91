import { randomUUID } from 'node:crypto'
import { findAccount } from '../../accounts/accounts.ts'
import type { Account } from '../../accounts/model.ts'
import type { App } from '../../app.ts'
import { recordAudit } from '../../audit/audit.ts'
import { Problem } from '../../lib/problem.ts'
import { hashPassword, isPassword } from '../../passwords/passwords.ts'
import { countTry, forgiveTry, type Limit } from '../../tries/tries.ts'

type Credentials = { readonly login: string; readonly password: string; readonly address: string }

type SigningIn = Pick<App, 'store' | 'now' | 'signals' | 'who'>

const windowMs = 15 * 60 * 1000
const loginCharactersMax = 39

/** Whoever comes from one address, by whichever way. */
export const limitFrom = (address: string): Limit => ({
  subject: `sign-in from ${address}`,
  max: 50,
  windowMs,
})

/**
 * Guessing is stopped for a person at one address first, so that somebody
 * elsewhere cannot lock the person out with ten wrong words.
 */
function limitsFor({ login, address }: Credentials): Limit[] {
  const name = login.toLowerCase().slice(0, loginCharactersMax)
  return [
    { subject: `sign-in ${name} ${address}`, max: 10, windowMs },
    limitFrom(address),
    { subject: `sign-in ${name}`, max: 100, windowMs },
  ]
}

/**
 * Whose password it is; undefined where it is nobody's. Throws `forbidden` after
 * too many that were wrong (contract 7.5), whether or not this one is right, and
 * for whoever is suspended, once they have shown that it is they.
 */
export async function findByPassword(
  app: SigningIn,
  credentials: Credentials,
): Promise<Account | undefined> {
  const limits = limitsFor(credentials)
  if (!(await countTry(app, limits))) {
    throw tooManyTries()
  }
  const account = await findAccount(app.store.read, credentials.login).catch(nobody)
  const hashed = account?.password_hash ?? (await nobodysHash())
  const isRight = await isPassword(credentials.password, hashed)
  if (!account?.password_hash || !isRight) {
    await recordFailure(app, account)
    return undefined
  }
  await forgiveTry(app, limits)
  if (account.suspended_at !== null) {
    throw new Problem('forbidden', 'Sorry. Your account was suspended.')
  }
  return account
}

export const tooManyTries = () =>
  new Problem('forbidden', 'Maximum number of login attempts exceeded. Please try again later.')

/** The login only of somebody there is: what was typed in its place may have been the password. */
async function recordFailure(app: SigningIn, account: Account | undefined): Promise<void> {
  const refusal = 'Incorrect username or password.'
  const about = account ? { owner_id: account.id, subject: account.login } : {}
  await app.store.transaction((tx) =>
    recordAudit(app, tx, { ...about, action: 'sign_in.failed', refusal }),
  )
}

function nobody(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error
}

let hashOfNobody: Promise<string> | undefined

/** Looking up nobody takes as long as somebody, so that time does not tell which logins there are. */
function nobodysHash(): Promise<string> {
  hashOfNobody ??= hashPassword(randomUUID())
  return hashOfNobody
}
