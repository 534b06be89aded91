import { createToken } from '../../auth/tokens.ts'
import type { UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import { tokenDays } from './model.ts'
import { findProgress } from './progress.ts'
import { startPage } from './start-page.ts'

export const firstDeploymentPages: readonly WebRoute[] = [
  { method: 'GET', path: '/start', for: 'user', handler: showStart },
  { method: 'POST', path: '/start', for: 'user', handler: makeToken },
]

async function showStart(visit: UserVisit): Promise<WebAnswer> {
  return startPage(visit, await findProgress(visit.app, visit.session))
}

const dayMs = 24 * 60 * 60 * 1000

/** Answers with the page itself, not by leading to it: the token is shown this once. */
async function makeToken(visit: UserVisit): Promise<WebAnswer> {
  const { app, session } = visit
  const { token } = await createToken(app, session.account, {
    scopes: ['repo', 'admin:repo_hook'],
    note: 'First deployment',
    expires_at: new Date(app.now().getTime() + tokenDays * dayMs).toISOString(),
  })
  return startPage(visit, await findProgress(app, session), token)
}
