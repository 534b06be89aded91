import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../app.ts'
import { whoOf } from '../../audit/model.ts'
import { findEnd } from '../../feed/feed.ts'
import { answerFor } from '../../http/errors.ts'
import { Problem } from '../../lib/problem.ts'
import type { Urls } from '../../lib/urls.ts'
import type { Session } from '../../sessions/model.ts'
import { formTokenOf } from '../../sessions/sessions.ts'
import { countAsked } from '../asked/asked.ts'
import { avatarSvg } from '../elements/avatar.ts'
import { assets } from './assets.ts'
import { readBodies } from './bodies.ts'
import { failurePage } from './failure.ts'
import { pageHeaders } from './headers.ts'
import { type Frame, onwardPage, renderPage } from './layout.ts'
import type { Stream, Visit, WebAnswer, WebRoute } from './route.ts'
import { findVisitor, refuseForgery, setVisitorKey, type Visitor } from './visitor.ts'

const bodyBytesMax = 64 * 1024

type Options = {
  readonly routes: readonly WebRoute[]
  /** The addresses to use in the answer to this request. */
  readonly urlsFor: (request: FastifyRequest) => Urls
}

/** Mounts what people see in a browser, and what programs ask beside the API. */
export function webPages(fastify: FastifyInstance, app: App, options: Options): void {
  fastify.register((web, _options, done) => {
    readBodies(web)
    web.setErrorHandler((error, request, reply) => {
      const exchange = { app, request, reply, urls: options.urlsFor(request) }
      return fail(exchange, refusalOf(error))
    })
    web.setNotFoundHandler((request, reply) => {
      const isBrowser = request.headers.accept?.includes('text/html')
      if (!isBrowser) return reply.code(404).send({ message: 'Not Found' })
      return respond({ app, request, reply, urls: options.urlsFor(request) }, nowhere)
    })
    for (const asset of Object.values(assets)) serveAsset(web, asset)
    web.get<{ Params: { id: string } }>('/assets/avatars/:id', ({ params }, reply) =>
      sendAsset(reply, 'image/svg+xml', avatarSvg(Number.parseInt(params.id, 10) || 0)),
    )
    for (const route of options.routes) {
      web.route({
        method: route.method,
        url: route.path,
        bodyLimit: route.bodyBytesMax ?? bodyBytesMax,
        handler: (request, reply) =>
          respond({ app, request, reply, urls: options.urlsFor(request) }, route),
      })
    }
    done()
  })
}

type Asset = (typeof assets)[keyof typeof assets]

function serveAsset(web: FastifyInstance, { path, type, text }: Asset): void {
  web.get(path, (_request, reply) => sendAsset(reply, type, text))
}

const sendAsset = (reply: FastifyReply, type: string, text: string) =>
  reply
    .type(type)
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('x-content-type-options', 'nosniff')
    .send(text)

type Exchange = {
  readonly app: App
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly urls: Urls
}

const nowhere: WebRoute = {
  method: 'GET',
  path: '*',
  for: 'anyone',
  handler: async () => {
    throw new Problem('not_found', 'Nothing is here, or nothing that you may see.')
  },
}

const nobody: Frame = { session: undefined, formToken: '', heardUntil: undefined, asked: 0 }

async function respond(exchange: Exchange, route: WebRoute) {
  const { app, request, reply, urls } = exchange
  let frame = nobody
  try {
    const visitor = await findVisitor(app, request, urls)
    const visit = visitOf(exchange, visitor)
    frame = { ...nobody, ...visit }
    if (request.method === 'POST' && route.for !== 'program') {
      refuseForgery(visitor, request, visit.form['form_token'])
    }
    // Before the page reads anything, so that it hears of all that it did not see.
    const heardUntil = visitor.session && (await findEnd(app))
    const answer = await answerOf(route, visit, request.url)
    if (answer.kind === 'redirect' && answer.key) setVisitorKey(reply, urls, answer.key)
    if (answer.kind === 'page' && visitor.isNew) setVisitorKey(reply, urls, visitor.key)
    const isFramed = answer.kind === 'page' && visitor.session
    const asked = isFramed ? await countAsked(app.store.read, visitor.session.account_id) : 0
    return send(reply, answer, { ...frame, heardUntil, asked })
  } catch (error) {
    return fail(exchange, error, frame)
  }
}

async function answerOf(route: WebRoute, visit: Visit, url: string): Promise<WebAnswer> {
  if (route.for !== 'user') return await route.handler(visit)
  const { session } = visit
  if (session) return await route.handler({ ...visit, session })
  const back = route.method === 'GET' ? `?${new URLSearchParams({ return_to: url })}` : ''
  return { kind: 'redirect', to: `/login${back}` }
}

function visitOf({ app, request, urls }: Exchange, { key, session }: Visitor): Visit {
  const who = whoOf(session ? browserOf(session) : { kind: 'anonymous' }, {
    address: request.ip,
    user_agent: request.headers['user-agent'] ?? null,
    request_id: null,
  })
  return {
    app: { ...app, who },
    urls,
    session,
    formToken: formTokenOf(key),
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    params: fieldsIn(request.params),
    query: fieldsIn(request.query),
    form: fieldsIn(request.body),
    formLists: formListsIn(request.body),
    accept: request.headers.accept ?? '',
    authorization: request.headers.authorization,
    lastEventId: request.headers['last-event-id']?.toString(),
  }
}

const browserOf = ({ id, account }: Session) =>
  ({ kind: 'user', account, token_kind: 'session', token_id: id, app_id: null }) as const

/** Of a field given twice the last one counts; what is no text is left out. */
function fieldsIn(values: unknown): Record<string, string> {
  if (typeof values !== 'object' || values === null) return {}
  const fields = Object.entries(values).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ])
  // PostgreSQL does not bear a NUL, and no field of ours has a use for one.
  const texts = fields.filter(([, value]) => typeof value === 'string' && !value.includes('\0'))
  return Object.fromEntries(texts)
}

function formListsIn(body: unknown): Record<string, readonly string[]> {
  if (typeof body !== 'object' || body === null) return {}
  const lists = Object.entries(body).map(([name, value]: [string, unknown]) => {
    const all: unknown[] = Array.isArray(value) ? value : [value]
    return [name, all.filter((one) => typeof one === 'string' && !one.includes('\0'))]
  })
  return Object.fromEntries(lists)
}

function send(reply: FastifyReply, answer: WebAnswer, visit: Frame) {
  switch (answer.kind) {
    case 'redirect':
      if (answer.isByPage) return send(reply, onwardPage(answer.to), visit)
      return reply.headers(pageHeaders).redirect(answer.to, 302)
    case 'document':
      return reply
        .code(answer.status ?? 200)
        .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
        .headers(answer.headers ?? {})
        .type(answer.type)
        .send(answer.text)
    case 'stream':
      return sendStream(reply, answer)
    case 'page':
      return reply
        .code(answer.status ?? 200)
        .headers(pageHeaders)
        .type('text/html; charset=utf-8')
        .send(renderPage(answer, visit))
  }
}

function sendStream(reply: FastifyReply, { stream, headers }: Stream) {
  reply.headers(headers)
  if (reply.request.method !== 'HEAD') return reply.send(stream)
  stream.destroy()
  return reply.send('')
}

/** A failure as a page. The path alone is logged, since a query may hold a code. */
function fail({ app, request, reply }: Exchange, error: unknown, frame = nobody) {
  const { status } = answerFor(error, '')
  const requestId = status >= 500 ? randomUUID() : undefined
  if (requestId !== undefined) {
    const path = request.routeOptions.url
    const facts = { err: error, method: request.method, path, request_id: requestId }
    app.log.error(facts, 'page.failed')
  }
  const isSignedIn = frame.session !== undefined
  return send(reply, failurePage({ status, error, requestId, isSignedIn }), frame)
}

/** What Fastify itself refuses, in our words. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error)) return error
  const status = Number(error.statusCode)
  if (status === 413) return new Problem('too_large', 'The form is larger than 64 KB.')
  if (status === 415) return new Problem('unsupported', 'Send a form, or JSON.')
  return status >= 400 && status < 500 ? new Problem('bad_request', error.message) : error
}
