import { createUser } from '../../accounts/accounts.ts'
import type { Account } from '../../accounts/model.ts'
import type { App } from '../../app.ts'
import { Problem } from '../../lib/problem.ts'
import { hashPassword } from '../../passwords/passwords.ts'
import { countTry, forgiveTry, type Limit } from '../../tries/tries.ts'
import { refuseStranger, spendLink } from './setup.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

export type Applicant = {
  readonly token: string
  readonly login: string
  readonly password: string
  readonly address: string
}

const windowMs = 15 * 60 * 1000

/** The token cannot be guessed; this keeps whoever tries from costing anything. */
const limitsFor = ({ address }: Applicant): Limit[] => [
  { subject: `setup from ${address}`, max: 10, windowMs },
]

/**
 * Makes the administrator that the link is for. Throws `forbidden` for a token that is not its own, and
 * after too many of those; `invalid` for a login or a password that cannot be one; `conflict` for a login
 * that is taken.
 */
export async function createFirstAdministrator(app: Parts, applicant: Applicant): Promise<Account> {
  const { token, login, password } = applicant
  await refuseGuesses(app, applicant)
  const password_hash = await hashPassword(password)
  return await spendLink(app, token, () =>
    createUser(app, { login, site_admin: true, password_hash }),
  )
}

async function refuseGuesses(app: Parts, applicant: Applicant): Promise<void> {
  const limits = limitsFor(applicant)
  if (!(await countTry(app, limits))) throw new Problem('forbidden', tooMany)
  refuseStranger(app, applicant.token)
  await forgiveTry(app, limits)
}

const tooMany =
  'Too many wrong tokens came from here. Wait a quarter of an hour, or use the command below.'
