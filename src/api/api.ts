import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { authenticate } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { answerFor } from '../http/errors.ts'
import { render } from '../http/render.ts'
import { Problem } from '../lib/problem.ts'
import { apiPrefix, ownPrefix, urlsFor } from './address.ts'
import { type Admission, admissionOf } from './admission.ts'
import { mediaTypeOf, requestFault, selectedVersion } from './decide-request.ts'
import { expiryHeader, preflightHeaders, standardHeaders } from './headers.ts'

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
      api.removeAllContentTypeParsers()
      const asBytes = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const
      api.addContentTypeParser('*', asBytes, (_request, body, done) => done(null, body))
      api.setErrorHandler((error, request, reply) => fail(app, error, { request, reply }))
      api.setNotFoundHandler((request, reply) =>
        fail(app, new Problem('not_found', 'Not Found'), { request, reply }),
      )
      api.options('/*', (_request, reply) => reply.code(204).headers(preflightHeaders).send())
      for (const route of routes) {
        api.route({
          method: methodsOf(route, routes),
          url: route.path,
          handler: (request, reply) => respond({ ...place, route }, request, reply),
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

type Exchange = { request: FastifyRequest; reply: FastifyReply; admission?: Admission | undefined }
type Place = { app: App; prefix: string; hasPublicUrl: boolean }
type Context = Place & { route: Route }

async function respond(context: Context, request: FastifyRequest, reply: FastifyReply) {
  const { app, route } = context
  const admission = app.rateLimiter && admissionOf(app.rateLimiter, route, request)
  const exchange = { request, reply, admission }
  prepare(exchange)
  if (request.headers['user-agent'] === undefined) return refuseNameless(reply)
  reply.header('x-accepted-oauth-scopes', route.accepted)
  try {
    const fault = requestFault(askedIn(request))
    if (fault) throw fault
    const actor = await authenticate(app, request.headers)
    describeActor(actor, route, reply)
    const refusal = admission?.enter(actor)
    return await send(refusal ?? (await answerOf(context, request, actor)), exchange)
  } catch (error) {
    return await fail(app, error, { ...exchange, docs: route.docs })
  }
}

const askedIn = ({ headers, url }: FastifyRequest) => ({
  userAgent: headers['user-agent'],
  accept: headers.accept,
  version: headers['x-github-api-version']?.toString(),
  path: url,
})

function answerOf(
  { app, route, prefix, hasPublicUrl }: Context,
  request: FastifyRequest,
  actor: Actor,
) {
  const address = { url: request.originalUrl, host: request.headers.host ?? '' }
  return route.handler({
    app,
    actor,
    address: request.ip,
    urls: urlsFor(address, app.urls, hasPublicUrl),
    path: request.url.slice(prefix.length),
    params: request.params as Record<string, string>,
    query: queryOf(request.query as Record<string, string | string[]>),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  })
}

/** Of a parameter given twice the last one counts. */
function queryOf(query: Record<string, string | string[]>): Record<string, string> {
  const last = (value: string | string[]) => (Array.isArray(value) ? (value.at(-1) ?? '') : value)
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, last(value)]))
}

function prepare({ request, reply }: Exchange): void {
  reply.headers(standardHeaders)
  reply.header('x-github-request-id', randomUUID().toUpperCase().replaceAll('-', ':'))
  reply.header('x-github-media-type', mediaTypeOf(request.headers.accept))
  const version = selectedVersion(request.headers['x-github-api-version']?.toString())
  if (version) reply.header('x-github-api-version-selected', version)
}

/** GitHub answers requests without a User-Agent in plain text (contract 7.5). */
function refuseNameless(reply: FastifyReply) {
  const text =
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n'
  return reply.code(403).type('text/plain; charset=utf-8').send(text)
}

/** What a token may do and what the operation takes: in scopes, or in permissions (contract 7.2, 7.3). */
function describeActor(actor: Actor, route: Route, reply: FastifyReply): void {
  const isKnown = actor.kind !== 'anonymous'
  reply.header('cache-control', `${isKnown ? 'private' : 'public'}, max-age=60, s-maxage=60`)
  if (actor.kind === 'app' || (actor.kind === 'user' && actor.limits)) {
    reply.removeHeader('x-accepted-oauth-scopes')
    if (route.permissions) reply.header('x-accepted-github-permissions', route.permissions)
  }
  if (actor.kind !== 'user') return
  if (!actor.limits) reply.header('x-oauth-scopes', actor.granted.join(', '))
  if (actor.expires_at !== null) {
    reply.header('github-authentication-token-expiration', expiryHeader(actor.expires_at))
  }
}

async function send(answer: Answer, { request, reply, admission }: Exchange) {
  const { status, headers, content } = await render(answer, request)
  reply.code(status).headers(headers)
  if (admission) reply.headers(admission.leave(status))
  return reply.send(content)
}

async function fail(app: App, error: unknown, exchange: Exchange & { docs?: string }) {
  const { request, docs } = exchange
  const problem = problemFor(error)
  if (!(problem instanceof Problem) || problem.code === 'unavailable') {
    app.log.error({ err: error, method: request.method, path: request.url }, 'request.failed')
  }
  prepare(exchange)
  return await send(answerFor(problem, docs ?? restDocs), exchange)
}

/** The answer to an address that cannot even be routed, because of an escape like `%zz`. */
export function refuseAddress(app: App, error: Error, exchange: Exchange): void {
  void fail(app, error, exchange)
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
