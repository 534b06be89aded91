import { findAccount } from '../accounts/accounts.ts'
import { authenticate } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import type { Query } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { authorize, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { awaitPage, findEnd } from './feed.ts'
import type { Asked, Source } from './model.ts'
import { idInCursor, pageJson, streamHeaders } from './payload.ts'
import { sightOf } from './sight.ts'
import { openStream } from './stream.ts'

const docs = 'https://docs.github.com/webhooks/webhook-events-and-payloads'

/**
 * The log of events, of a repository or of all that an owner has. Whoever may read
 * deployments may ask; which kinds of events they see is decided for each.
 */
export const feedRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/events', { access: 'deployments:read', docs }, ofRepository),
  ownerRoute('/users/:owner/events', 'User'),
  ownerRoute('/orgs/:owner/events', 'Organization'),
]

function ownerRoute(path: string, type: 'User' | 'Organization'): Route {
  const accepted = 'repo, repo_deployment'
  const handler = async (call: Call) => {
    const owner = await findAccount(call.app.store.read, call.params['owner'] ?? '')
    if (owner.type !== type) throw notFound()
    return await tell(call, { type: 'owner', id: owner.id })
  }
  return { method: 'GET', path, accepted, permissions: 'deployments=read', docs, handler }
}

async function ofRepository(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  return await tell(call, { type: 'repository', id: repository.id }, async (actor) => {
    await authorize(app.store.read, actor, repository, 'deployments:read')
  })
}

type Actor = Call['actor']

async function tell(
  call: Call,
  source: Source,
  check: (actor: Actor) => Promise<void> = async () => {},
): Promise<Answer> {
  const { app, headers, query, address } = call
  // Asked anew for each page: a token may be revoked while its bearer waits.
  const look = async () => {
    const actor = await authenticate(app, headers, { ip: address })
    await check(actor)
    return sightOf(app, actor)
  }
  if (headers.accept?.includes('text/event-stream')) {
    const cursor = headers['last-event-id']?.toString() ?? query['cursor'] ?? 'end'
    const asked = await askedIn(call, cursor)
    return { status: 200, stream: openStream(app, { source, asked, look }), headers: streamHeaders }
  }
  const asked = await askedIn(call, query['cursor'] ?? '')
  const waitMs = 1000 * numberIn(query, { name: 'wait', usual: 0, min: 0, max: waitSecondsMax })
  const page = await awaitPage(app, { source, asked, waitMs }, look)
  return { status: 200, text: pageJson(page), headers: pageHeaders }
}

/** Below the minute after which proxies give up on an answer. */
const waitSecondsMax = 50
const namesMax = 20

const pageHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
}

async function askedIn({ app, query }: Call, cursor: string): Promise<Asked> {
  return {
    after: cursor === 'end' ? await findEnd(app) : idInCursor(cursor),
    limit: numberIn(query, { name: 'limit', usual: 30, min: 1, max: 100 }),
    names: namesIn(query),
  }
}

type Named = {
  readonly name: string
  readonly usual: number
  readonly min: number
  readonly max: number
}

function numberIn(query: Query, { name, usual, min, max }: Named): number {
  const text = query[name]
  if (text === undefined) return usual
  if (!/^\d{1,9}$/.test(text)) {
    throw new Problem('bad_request', `${name} must be a number, not "${text.slice(0, 100)}"`)
  }
  return Math.min(Math.max(Number(text), min), max)
}

/** `name=deployment,deployment_status` */
function namesIn({ name }: Query): Asked['names'] {
  if (!name) return undefined
  const names = name.split(',')
  if (names.length <= namesMax) return new Set(names)
  throw new Problem('bad_request', `name must be at most ${namesMax} names of events`)
}
