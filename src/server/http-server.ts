import Fastify, { type FastifyInstance } from 'fastify'
import { pageUrlsFor, routedUrl } from '../api/address.ts'
import { refuseAddress, restApi } from '../api/api.ts'
import type { App } from '../app.ts'
import { noSchemas } from '../http/body.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { pages } from '../pages/pages.ts'
import { webPages } from '../pages/web/web.ts'
import { ownRoutes, routes } from '../routes.ts'
import { query } from '../store/query.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { gitOverHttp } from '../transports/transports.ts'
import { metricsRoute, tellRequests, traceRequests } from './watching.ts'

/** Names in paths are at most 255 characters, each up to 12 when encoded. */
const parameterCharactersMax = 4096
const headersWithinMs = 30_000
const keepAliveMs = 65_000

const anything = query((db, _: object) => db.selectFrom('settings').select('name').limit(1))

type Options = {
  /** Whether the operator named the public address, so that requests cannot. */
  readonly hasPublicUrl: boolean
  /** Aborted when the server is to end: it still answers, but nobody should send it more. */
  readonly stopping: AbortSignal
  readonly metrics: Metrics | undefined
  readonly tracing: Tracing | undefined
}

/** Everything that listens on the HTTP port. Not yet listening. */
export function openHttpServer(app: App, options: Options): FastifyInstance {
  const { hasPublicUrl, metrics, tracing, stopping } = options
  const fastify = Fastify({
    logger: false,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    rewriteUrl: ({ url = '/', headers }) => routedUrl(url, headers.host ?? '', headers.accept),
    routerOptions: { maxParamLength: parameterCharactersMax },
    schemaController: noSchemas,
    frameworkErrors: (error, request, reply) => refuseAddress(app, error, { request, reply }),
  })
  fastify.server.headersTimeout = headersWithinMs
  // A clone or push takes as long as it takes; every other body has a size limit.
  fastify.server.requestTimeout = 0
  if (tracing) traceRequests(fastify, tracing)
  if (metrics) tellRequests(fastify, app)
  if (metrics?.token) metricsRoute(fastify, metrics)
  fastify.get('/healthz', (_request, reply) => void reply.send({ status: 'ok' }))
  fastify.get('/readyz', async (_request, reply) => {
    const answers = await app.store.read.all(anything, {}).then(
      () => true,
      () => false,
    )
    const isReady = answers && !stopping.aborted
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' })
  })
  webPages(fastify, app, {
    routes: pages,
    urlsFor: ({ headers }) => pageUrlsFor(headers.host ?? '', app.urls, hasPublicUrl),
  })
  restApi(fastify, app, { routes, ownRoutes, hasPublicUrl })
  gitOverHttp(fastify, app)
  return fastify
}
