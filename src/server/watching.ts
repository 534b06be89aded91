import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { App } from '../app.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Scope, Tracing } from '../tracing/tracing.ts'

const packageFile = join(import.meta.dirname, '../../package.json')
const packageSchema = z.object({ version: z.string() })

export const programVersion = () =>
  packageSchema.parse(JSON.parse(readFileSync(packageFile, 'utf8'))).version

/** Tells of each request once it was answered, by the pattern of its route; what no route matches is one. */
export function tellRequests(fastify: FastifyInstance, { signals }: Pick<App, 'signals'>): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const route = routeOf(request)
    signals.emit('request', { method, route, status: reply.statusCode, ms: reply.elapsedTime })
    done()
  })
}

const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions.url ?? 'unmatched'

const unwatched = new Set(['/healthz', '/readyz', '/metrics'])

/** A span for each request, within the caller's trace if it says which. */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  const scopes = new WeakMap<FastifyRequest, Scope>()
  const go = (request: FastifyRequest, done: () => void) => {
    const scope = scopes.get(request)
    if (scope) tracing.run(scope, done)
    else done()
  }
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isWatched = !unwatched.has(routeOf(request))
    const scope = isWatched && tracing.begin(String(request.headers['traceparent'] ?? ''))
    if (scope) scopes.set(request, scope)
    go(request, done)
  })
  // A body is read in turns of its socket, after which the request is found again.
  fastify.addHook('preValidation', (request, _reply, done) => go(request, done))
  fastify.addHook('onResponse', (request, reply, done) => {
    const scope = scopes.get(request)
    if (scope) tracing.end(scope, endOf(request, reply))
    done()
  })
}

/** Without the path, which may hold what only those who called should know. */
function endOf(request: FastifyRequest, { statusCode }: FastifyReply) {
  const { method } = request
  const route = routeOf(request)
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': statusCode,
  }
  return { name: `${method} ${route}`, attributes, isError: statusCode >= 500 }
}

/** `/metrics` among the other addresses; only with a token, since anybody may ask there. */
export function metricsRoute(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.get('/metrics', async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const { status, type, body } = await scrape(metrics, headers.authorization)
    return reply.code(status).type(type).send(body)
  })
}

/** A server that nobody watches does without the library. */
const scrape = async (metrics: Metrics, authorization: string | undefined) =>
  (await import('../metrics/metrics.ts')).answerScrape(metrics, authorization)

const scrapeWithinMs = 10_000

/** `/metrics` on a port of its own. Gives the port that it got. */
export async function openMetricsListener(
  metrics: Metrics,
  at: { readonly host: string; readonly port: number },
): Promise<AsyncDisposable & { readonly port: number }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const isAsked = request.method === 'GET' && request.url?.split('?')[0] === '/metrics'
    if (!isAsked) return response.writeHead(404).end()
    const { status, type, body } = await scrape(metrics, request.headers.authorization)
    return response.writeHead(status, { 'content-type': type }).end(body)
  }
  const server = createServer(
    { requestTimeout: scrapeWithinMs },
    (request, response) => void answer(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  async function close() {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close }
}
