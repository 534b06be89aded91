import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { restApi } from '../../src/api/api.ts'
import type { App } from '../../src/app.ts'
import type { Route } from '../../src/auth/route.ts'

/** An answer that was given once, to be given again and again. */
export type Recorded = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/**
 * `ours`: the server's own way from socket to handler and back, with its headers and ids, and
 * nothing behind it: nobody is asked who they are, nothing is looked up and nothing kept.
 * `bare`: Fastify as it comes, which is given all headers.
 */
export type Stack = 'ours' | 'bare'

export type Question = { readonly recorded: readonly Recorded[]; readonly stack: Stack }

process.on('message', (question: Question) => void serve(question))

async function serve({ recorded, stack }: Question): Promise<void> {
  const fastify = Fastify({ logger: false })
  for (const one of recorded) mounts[stack](fastify, one)
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  process.send?.((fastify.server.address() as AddressInfo).port)
}

const mounts: Record<Stack, (fastify: FastifyInstance, recorded: Recorded) => void> = {
  bare(fastify, { method, path, status, headers, body }) {
    fastify.route({
      method,
      url: path,
      handler: (_request, reply) => reply.code(status).headers(headers).send(body),
    })
  },
  ours(fastify, recorded) {
    restApi(fastify, app, { routes: [routeOf(recorded)], ownRoutes: [], hasPublicUrl: true })
  },
}

/** All that the way to a handler asks for. */
const app = { urls: { api: '', web: 'http://127.0.0.1', ssh: '' } } as Partial<App> as App

const apiPrefix = '/api/v3'
/** What the stack does not put in itself. */
const ofAnswer = ['content-type', 'etag', 'last-modified', 'location', 'x-oauth-scopes']

function routeOf({ method, path, status, headers, body }: Recorded): Route {
  const own = Object.fromEntries(ofAnswer.flatMap((name) => pairIn(headers, name)))
  return {
    method,
    path: path.slice(apiPrefix.length),
    accepted: headers['x-accepted-oauth-scopes'] ?? '',
    docs: '',
    isForClients: true,
    handler: async (call) => {
      if (method === 'POST') JSON.parse(call.body.toString())
      return { status, headers: own, text: body }
    },
  }
}

const pairIn = (headers: Record<string, string>, name: string) => {
  const value = headers[name]
  return value === undefined ? [] : [[name, value] as const]
}
