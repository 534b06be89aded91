import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { answerScrape, type Metrics } from '../metrics/metrics.ts'

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

/** `/metrics` among the other addresses; only with a token, since anybody may ask there. */
export function metricsRoute(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.get('/metrics', async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const { status, type, body } = await answerScrape(metrics, headers.authorization)
    return reply.code(status).type(type).send(body)
  })
}

const scrapeWithinMs = 10_000

/** `/metrics` on a port of its own. Gives the port that it got. */
export async function openMetricsListener(
  metrics: Metrics,
  at: { readonly host: string; readonly port: number },
): Promise<AsyncDisposable & { readonly port: number }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const isAsked = request.method === 'GET' && request.url?.split('?')[0] === '/metrics'
    if (!isAsked) return response.writeHead(404).end()
    const { status, type, body } = await answerScrape(metrics, request.headers.authorization)
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
