import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { whoOf } from '../audit/model.ts'
import { authenticate } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import type { Call, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { answerFor } from '../http/errors.ts'
import { render } from '../http/render.ts'
import { Problem } from '../lib/problem.ts'
import { findAskingClient } from '../oauth/oauth-apps/oauth-apps.ts'
import { apiPrefix, ownPrefix, urlsFor } from './address.ts'
import { type Admission, admissionOf } from './admission.ts'
import { requestFault } from './decide-request.ts'
import { describeActor, type Headers, openingHeaders, preflightHeaders } from './headers.ts'
import { write } from './write.ts'

/** GitHub's limit on a payload; a larger body is answered 413 before it is read. */
const bodyBytesMax = 25 * 1024 * 1024
const restDocs = 'https://docs.github.com/rest'

type Options = {
  readonly routes: readonly Route[]
  /** Our own additions. */
  readonly ownRoutes: readonly Route[]
  /** Whether the operator named the public address, so that requests cannot. */
  readonly hasPublicUrl: boolean
}

/** Mounts the REST API and our own: every route with GitHub's headers, errors and conditional requests. */
export function restApi(fastify: FastifyInstance, app: App, options: Options): void {
  const { hasPublicUrl } = options
  mount(fastify, { app, hasPublicUrl, prefix: apiPrefix }, options.routes)
  mount(fastify, { app, hasPublicUrl, prefix: ownPrefix }, options.ownRoutes)
}

function mount(fastify: FastifyInstance, place: Place, routes: readonly Route[]): void {
  const { app, prefix } = place
  fastify.register(
    (api, _options, done) => {
      // Bodies are JSON whatever their Content-Type says (contract 8.3), and are parsed by their handlers.
      // What is no media type at all would be refused before any parser is asked, so nobody sees it.
      api.addHook('onRequest', ({ raw }, _reply, done) => {
        raw.headers['content-type'] = undefined
        done()
      })
      api.removeAllContentTypeParsers()
      const asBytes = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const
      api.addContentTypeParser('*', asBytes, (_request, body, done) => done(null, body))
      api.setErrorHandler((error, request, reply) => fail(app, error, exchangeOf(request, reply)))
      api.setNotFoundHandler((request, reply) =>
        fail(app, new Problem('not_found', 'Not Found'), exchangeOf(request, reply)),
      )
      for (const path of ['', '/*'])
        api.options(path, (_request, reply) => reply.code(204).headers(preflightHeaders).send())
      for (const route of routes) {
        const context = { ...place, route }
        api.route({
          method: methodsOf(route, routes),
          url: route.path,
          handler: (request, reply) => respond(context, request, reply),
        })
      }
      done()
    },
    { prefix },
  )
}

/** GitHub takes POST wherever PATCH is and POST has no meaning of its own (contract 8.9). */
function methodsOf({ method, path }: Route, routes: readonly Route[]): string[] {
  const isPosted = routes.some((other) => other.method === 'POST' && other.path === path)
  return method === 'PATCH' && !isPosted ? ['PATCH', 'POST'] : [method]
}

type Place = { app: App; prefix: string; hasPublicUrl: boolean }
type Context = Place & { route: Route }
type Exchange = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Of the answer, as far as they are known. */
  readonly headers: Headers
  readonly docs: string
  readonly admission?: Admission | undefined
}

const exchangeOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  admission?: Admission,
): Exchange => ({
  request,
  reply,
  headers: openingHeaders(request.headers),
  docs: restDocs,
  admission,
})

async function respond(context: Context, request: FastifyRequest, reply: FastifyReply) {
  const { app, route } = context
  const admission = app.rateLimiter && admissionOf(app.rateLimiter, route, request)
  // Until it is known who asks, it is the API that answers, not the operation (contract 7.5).
  let docs = restDocs
  const exchange = exchangeOf(request, reply, admission)
  if (request.headers['user-agent'] === undefined) return refuseNameless(exchange)
  exchange.headers['x-accepted-oauth-scopes'] = route.accepted
  let actor = nobody
  try {
    const fault = requestFault(askedIn(request))
    if (fault) throw fault
    if (!route.isForClients) actor = await findActor(app, request)
    docs = route.docs
    describeActor(actor, route, exchange.headers)
    const refusal = admission?.enter(actor)
    return await send(refusal ?? (await route.handler(callOf(context, exchange, actor))), exchange)
  } catch (error) {
    await route.onRefusal?.(callOf(context, exchange, actor), error)
    return await fail(app, error, { ...exchange, docs })
  }
}

const nobody: Actor = { kind: 'anonymous' }

/** Throws as `authenticate`, but for a program that asks as itself: it reads what anybody may (contract 7.1). */
async function findActor(app: App, request: FastifyRequest): Promise<Actor> {
  const { headers } = request
  try {
    return await authenticate(app, headers, request)
  } catch (error) {
    const isUnknown = error instanceof Problem && error.code === 'unauthenticated'
    const client = isUnknown && (await findAskingClient(app.store.read, headers.authorization))
    if (!client) throw error
    return { kind: 'anonymous', client_id: client.client_id }
  }
}

const askedIn = ({ headers, url }: FastifyRequest) => ({
  userAgent: headers['user-agent'],
  accept: headers.accept,
  version: headers['x-github-api-version']?.toString(),
  path: url,
})

function callOf(
  { app, prefix, hasPublicUrl }: Context,
  { request, headers }: Exchange,
  actor: Actor,
): Call {
  const address = { url: request.originalUrl, host: request.headers.host ?? '' }
  const who = whoOf(actor, {
    address: request.ip,
    user_agent: request.headers['user-agent'] ?? null,
    request_id: headers['x-github-request-id'] ?? null,
  })
  return {
    app: { ...app, who },
    actor,
    urls: urlsFor(address, app.urls, hasPublicUrl),
    path: request.url.slice(prefix.length),
    address: request.ip,
    params: request.params as Record<string, string>,
    query: queryOf(request.query as Record<string, string | string[]>),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : noBody,
  }
}

const noBody = Buffer.alloc(0)

/** Of a parameter given twice the last one counts. */
function queryOf(query: Record<string, string | string[]>): Record<string, string> {
  const last: Record<string, string> = {}
  for (const name in query) {
    const value = query[name] ?? ''
    last[name] = typeof value === 'string' ? value : (value.at(-1) ?? '')
  }
  return last
}

/** GitHub answers requests without a User-Agent in plain text (contract 7.5). */
function refuseNameless({ reply, headers }: Exchange) {
  const content =
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n'
  return write(reply, {
    status: 403,
    headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    content,
  })
}

async function send(answer: Answer, { request, reply, headers, admission }: Exchange) {
  const rendered = await render(answer, request)
  const { status } = rendered
  const all = { ...headers, ...rendered.headers, ...admission?.leave(status) }
  return write(reply, { status, headers: all, content: rendered.content })
}

async function fail(app: App, error: unknown, exchange: Exchange) {
  const { request, docs } = exchange
  const problem = problemFor(error)
  if (!(problem instanceof Problem) || problem.code === 'unavailable') {
    app.log.error({ err: error, method: request.method, path: request.url }, 'request.failed')
  }
  return await send(answerFor(problem, docs), exchange)
}

/** The answer to an address that cannot even be routed, because of an escape like `%zz`. */
export function refuseAddress(
  app: App,
  error: Error,
  { request, reply }: Pick<Exchange, 'request' | 'reply'>,
): void {
  void fail(app, error, exchangeOf(request, reply))
}

/** What Fastify itself refuses, in our words. */
function problemFor(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error)) return error
  if (error.statusCode === 413) {
    const megabytes = bodyBytesMax / 1024 / 1024
    return new Problem('too_large', `The request body is larger than ${megabytes} MB.`)
  }
  const status = Number(error.statusCode)
  return status >= 400 && status < 500 ? new Problem('bad_request', error.message) : error
}
