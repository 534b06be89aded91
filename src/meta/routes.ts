import { apiVersions } from '../api/model.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { Problem } from '../lib/problem.ts'
import { mascot } from './mascot.ts'
import { rootPayload } from './root.ts'

const docs = 'https://docs.github.com/rest/meta/meta'

/**
 * The GitHub Enterprise Server whose API this one speaks. Clients know a server
 * of one's own by `installed_version` in `/meta`, and choose by it what they may
 * ask for (contract 8.8), so it says what we answer to, not how old we are.
 */
const enterpriseVersion = '3.19.0'

const get = (path: string, page: string, handler: Route['handler']): Route => ({
  method: 'GET',
  path,
  accepted: '',
  docs: page,
  handler,
})

export const metaRoutes: readonly Route[] = [
  get('/', `${docs}#github-api-root`, getRoot),
  get('/meta', `${docs}#get-apiname-meta-information`, getMeta),
  get('/zen', `${docs}#get-the-zen-of-github`, getZen),
  get('/octocat', `${docs}#get-octocat`, getMascot),
  get('/versions', `${docs}#get-all-api-versions`, getVersions),
  get('/rate_limit', 'https://docs.github.com/rest/rate-limit/rate-limit', getRateLimit),
]

async function getRoot({ urls }: Call): Promise<Answer> {
  return ok(rootPayload(urls))
}

async function getMeta(): Promise<Answer> {
  return ok({ verifiable_password_authentication: false, installed_version: enterpriseVersion })
}

const sayings = [
  'Small ships leave the yard more often.',
  'A release you cannot undo is a wager.',
  'Say what happened, then what to do.',
  'The log is for whoever wakes up at night.',
  'What is not tried is not true.',
  'Deploy in the morning.',
] as const

const sayingAt = (now: Date) => sayings[now.getTime() % sayings.length] ?? sayings[0]

async function getZen({ app }: Call): Promise<Answer> {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return { status: 200, text: sayingAt(app.now()), headers }
}

async function getMascot({ app, query }: Call): Promise<Answer> {
  const headers = { 'content-type': 'application/octocat-stream' }
  return { status: 200, text: mascot(query['s'] || sayingAt(app.now())), headers }
}

async function getVersions(): Promise<Answer> {
  return ok(apiVersions)
}

/** As GitHub Enterprise Server, where limits are off unless an operator wants them (contract 8.7). */
async function getRateLimit(): Promise<Answer> {
  throw new Problem('not_found', 'Rate limiting is not enabled.')
}
