import { hasAdministrator } from '../../accounts/accounts.ts'
import { Problem } from '../../lib/problem.ts'
import { userAgentCharactersMax } from '../../sessions/model.ts'
import { startSession } from '../../sessions/sessions.ts'
import type { Visit, WebAnswer, WebRoute } from '../web/route.ts'
import { createFirstAdministrator } from './first-administrator.ts'
import { setupPage, tokenIn } from './setup-page.ts'

export const setupPages: readonly WebRoute[] = [
  { method: 'GET', path: '/setup', for: 'anyone', handler: showSetup },
  { method: 'POST', path: '/setup', for: 'anyone', handler: setUp },
]

/** For a server that somebody administers already there is nothing to set up. */
const signIn = { kind: 'redirect', to: '/login' } as const

async function showSetup(visit: Visit): Promise<WebAnswer> {
  if (await hasAdministrator(visit.app.store.read)) return signIn
  return setupPage(visit)
}

async function setUp(visit: Visit): Promise<WebAnswer> {
  const { app, form, address, userAgent } = visit
  if (await hasAdministrator(app.store.read)) return signIn
  const { token = '', login = '', password = '' } = form
  const applicant = { token: tokenIn(token), login: login.trim(), password, address }
  try {
    const account = await createFirstAdministrator(app, applicant)
    app.log.info({ login: account.login }, 'setup.done')
    const user_agent = userAgent.slice(0, userAgentCharactersMax)
    const key = await startSession(app, account, { address, user_agent })
    return { kind: 'redirect', to: '/start', key, isByPage: true }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, message } = error
    if (code === 'forbidden') {
      app.log.warn({ address }, 'setup.refused')
      return { ...setupPage(visit, { login, message }), status: 403 }
    }
    const given = { login, message, token: applicant.token }
    return { ...setupPage(visit, given), status: 422 }
  }
}
