import Fastify, { type FastifyInstance } from 'fastify'
import { routedUrl } from '../api/address.ts'
import { refuseAddress, restApi } from '../api/api.ts'
import type { App } from '../app.ts'
import { ownRoutes, routes } from '../routes.ts'
import { query } from '../store/query.ts'
import { gitOverHttp } from '../transports/transports.ts'

/** Names in paths are at most 255 characters, each up to 12 when encoded. */
const parameterCharactersMax = 4096
const headersWithinMs = 30_000
const keepAliveMs = 65_000

const anything = query((db, _: object) => db.selectFrom('settings').select('name').limit(1))

/** Everything that listens on the HTTP port. Not yet listening. */
export function openHttpServer(app: App, hasPublicUrl: boolean): FastifyInstance {
  const fastify = Fastify({
    logger: false,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    rewriteUrl: (request) => routedUrl(request.url ?? '/', request.headers.host ?? ''),
    routerOptions: { maxParamLength: parameterCharactersMax },
    frameworkErrors: (error, request, reply) => refuseAddress(app, error, { request, reply }),
  })
  fastify.server.headersTimeout = headersWithinMs
  // A clone or push takes as long as it takes; every other body has a size limit.
  fastify.server.requestTimeout = 0
  fastify.get('/healthz', (_request, reply) => void reply.send({ status: 'ok' }))
  fastify.get('/readyz', async (_request, reply) => {
    const isReady = await app.store.read.all(anything, {}).then(
      () => true,
      () => false,
    )
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' })
  })
  restApi(fastify, app, { routes, ownRoutes, hasPublicUrl })
  gitOverHttp(fastify, app)
  return fastify
}
