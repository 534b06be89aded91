import { hasUser } from '../../accounts/accounts.ts'
import { Problem } from '../../lib/problem.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { startSession } from '../../sessions/sessions.ts'
import type { Visit, WebAnswer } from '../web/route.ts'
import { findByPassword } from './password.ts'
import { localPath, signInPage, suggestedLogin } from './sign-in-form.ts'

export async function showSignIn(visit: Visit): Promise<WebAnswer> {
  const returnTo = localPath(visit.query['return_to'])
  if (visit.session) return { kind: 'redirect', to: returnTo }
  // Nobody could sign in to a server that is not set up: the page says how that is done.
  if (!(await hasUser(visit.app.store.read))) return { kind: 'redirect', to: '/setup' }
  const login = visit.query['login'] ?? suggestedLogin(returnTo)
  return signInPage(visit, { returnTo, login })
}

export async function signIn(visit: Visit): Promise<WebAnswer> {
  const { app, form, address } = visit
  const { login = '', password = '' } = form
  const returnTo = localPath(form['return_to'])
  try {
    const account = await findByPassword(app, { login, password, address })
    if (!account) {
      const message = 'Incorrect username or password.'
      return { ...signInPage(visit, { returnTo, login, message }), status: 401 }
    }
    const user_agent = visit.userAgent.slice(0, userAgentCharactersMax)
    const key = await startSession(app, account, { address, user_agent })
    return { kind: 'redirect', to: returnTo, key, isByPage: true }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'forbidden') throw error
    app.log.warn({ address }, 'sign_in.locked_out')
    return { ...signInPage(visit, { returnTo, login, message: error.message }), status: 403 }
  }
}
