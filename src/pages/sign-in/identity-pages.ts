import { unlinkIdentity } from '../../identities/identities.ts'
import { Problem } from '../../lib/problem.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'
import { findByPassword } from './password.ts'
import { passwordPath, passwordRefusal } from './password-pages.ts'
import { leadThere, providerOf } from './provider-pages.ts'

/** Sets out to be linked: the way back is `comeBack`. */
export async function link(visit: UserVisit): Promise<WebAnswer> {
  const { app, form, session, address } = visit
  const provider = providerOf(visit)
  const { id: account_id, login } = session.account
  try {
    const own = await findByPassword(app, { login, password: form['password'] ?? '', address })
    if (!own) throw new Problem('invalid', 'The password is not right')
    return await leadThere(visit, provider, { account_id, return_to: passwordPath })
  } catch (error) {
    return await passwordRefusal(visit, error)
  }
}

export async function unlink(visit: UserVisit): Promise<WebAnswer> {
  const { app, session } = visit
  const { settings } = providerOf(visit)
  if (session.account.password_hash === null) {
    const message = `Without a password, ${settings.name} is your only way in.`
    return await passwordRefusal(visit, new Problem('invalid', message))
  }
  await unlinkIdentity(app, session.account, settings)
  return { kind: 'redirect', to: `${passwordPath}?unlinked` }
}
