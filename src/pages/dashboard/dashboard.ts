import type { UserActor } from '../../auth/model.ts'
import type { Call } from '../../auth/route.ts'
import { expandScopes, knownScopes } from '../../auth/scopes.ts'
import { notFound } from '../../lib/problem.ts'
import type { Session } from '../../sessions/model.ts'
import type { UserVisit } from '../web/route.ts'

/** A person at the pages may do all that they may do at all: no token narrows it. */
export const actorOf = ({ account }: Session): UserActor => ({
  kind: 'user',
  account,
  token_id: null,
  token_kind: null,
  granted: [],
  scopes: everyScope,
  expires_at: null,
  limits: undefined,
  app_id: null,
})

const everyScope = expandScopes(knownScopes)

/** For others than site administrators some pages are not there. Throws `not_found`. */
export function requireSiteAdmin({ session }: UserVisit): void {
  if (session.account.site_admin !== 1) throw notFound()
}

type Asked = Partial<Pick<Call, 'params' | 'query'>> & { readonly body?: unknown }

/**
 * The same wish as a request to the API, for what an API route's handler does already: it parses, refuses
 * and records alike, whichever way somebody came.
 */
export const callOf = (visit: UserVisit, { params, query, body }: Asked = {}): Call => ({
  app: visit.app,
  actor: actorOf(visit.session),
  urls: visit.urls,
  path: '',
  address: visit.address,
  params: params ?? visit.params,
  query: query ?? {},
  headers: { 'user-agent': visit.userAgent },
  body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
})
