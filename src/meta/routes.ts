import { callerOf } from '../api/admission.ts'
import { apiVersions } from '../api/model.ts'
import { enterpriseVersion, newestVersion } from '../app.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { Problem } from '../lib/problem.ts'
import { quotaPayload } from '../rate-limit/answers.ts'
import { mascot } from './mascot.ts'
import { rootPayload } from './root.ts'

const docs = 'https://docs.github.com/rest/meta/meta'

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

/** The newest version of the API has dropped two of its addresses (contract 8.3). */
async function getRoot({ urls, headers }: Call): Promise<Answer> {
  const payload = rootPayload(urls)
  if (headers['x-github-api-version'] !== newestVersion) return ok(payload)
  const { authorizations_url, hub_url, ...rest } = payload
  return ok(rest)
}

/** The last member is ours: by it a client knows that there is more than GitHub's API here. */
async function getMeta({ urls }: Call): Promise<Answer> {
  return ok({
    verifiable_password_authentication: false,
    installed_version: enterpriseVersion,
    slipway: { web: urls.web, api: `${urls.web}/api/slipway/v1` },
  })
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

/** Free of the limits. As GitHub Enterprise Server, where they are off unless an operator wants them (contract 8.7). */
async function getRateLimit({ app, actor, address, headers }: Call): Promise<Answer> {
  const { rateLimiter } = app
  if (!rateLimiter) throw new Problem('not_found', 'Rate limiting is not enabled.')
  const caller = callerOf(actor, address)
  const core = quotaPayload(rateLimiter.quota(caller, 'core'))
  const graphql = quotaPayload(rateLimiter.quota(caller, 'graphql'))
  const isOld = headers['x-github-api-version'] !== newestVersion
  // Nothing is searched here, and GitHub's description asks for it.
  const search = { ...core, limit: 30, remaining: 30, used: 0 }
  return ok({ resources: { core, search, graphql }, ...(isOld && { rate: core }) })
}
