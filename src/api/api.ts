import { hash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { authenticate } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { answerFor } from '../http/errors.ts'
import { etagOf, isUnchanged } from '../http/etag.ts'
import { Problem } from '../lib/problem.ts'
import { apiPrefix, ownPrefix, urlsFor } from './address.ts'
import { mediaTypeOf, requestFault } from './decide-request.ts'
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
          method: route.method,
          url: route.path,
          handler: (request, reply) => respond({ ...place, route }, request, reply),
        })
      }
      done()
    },
    { prefix },
  )
}

type Place = { app: App; prefix: string; hasPublicUrl: boolean }
type Context = Place & { route: Route }
type Exchange = { request: FastifyRequest; reply: FastifyReply }

async function respond(context: Context, request: FastifyRequest, reply: FastifyReply) {
  const { app, route } = context
  const exchange = { request, reply }
  prepare(exchange)
  if (request.headers['user-agent'] === undefined) return refuseNameless(reply)
  reply.header('x-accepted-oauth-scopes', route.accepted)
  try {
    const fault = requestFault(askedIn(request))
    if (fault) throw fault
    const actor = await authenticate(app, request.headers)
    describeActor(actor, reply)
    return send(await answerOf(context, request, actor), exchange)
  } catch (error) {
    return fail(app, error, { ...exchange, docs: route.docs })
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
  const version = request.headers['x-github-api-version']
  if (version !== undefined) reply.header('x-github-api-version-selected', version)
}

/** GitHub answers requests without a User-Agent in plain text (contract 7.5). */
function refuseNameless(reply: FastifyReply) {
  const text =
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n'
  return reply.code(403).type('text/plain; charset=utf-8').send(text)
}

function describeActor(actor: Actor, reply: FastifyReply): void {
  const isKnown = actor.kind === 'user'
  reply.header('cache-control', `${isKnown ? 'private' : 'public'}, max-age=60, s-maxage=60`)
  if (!isKnown) return
  reply.header('x-oauth-scopes', actor.granted.join(', '))
  if (actor.expires_at !== null) {
    reply.header('github-authentication-token-expiration', expiryHeader(actor.expires_at))
  }
}

function send(answer: Answer, { request, reply }: Exchange) {
  reply.code(answer.status).headers(answer.headers ?? {})
  if (answer.stream) return reply.send(answer.stream)
  if (answer.text !== undefined) return reply.send(answer.text)
  if (answer.body === undefined) return reply.send()
  const json = JSON.stringify(answer.body)
  reply.type('application/json; charset=utf-8')
  if (answer.status === 201) reply.header('etag', `"${hash('sha256', json, 'hex')}"`)
  if (answer.status !== 200) return reply.send(json)
  const etag = etagOf(json, request.headers)
  reply.header('etag', etag)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && isUnchanged(request.headers, etag, answer.headers?.['last-modified'])) {
    return reply.code(304).removeHeader('content-type').send()
  }
  return reply.send(json)
}

function fail(app: App, error: unknown, { request, reply, docs }: Exchange & { docs?: string }) {
  const problem = problemFor(error)
  if (!(problem instanceof Problem) || problem.code === 'unavailable') {
    app.log.error({ err: error, method: request.method, path: request.url }, 'request.failed')
  }
  prepare({ request, reply })
  const answer = answerFor(problem, docs ?? restDocs)
  return send(answer, { request, reply })
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
