import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'

/** An answer that was given once, to be given again and again. */
export type Recorded = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

process.on('message', (answers: { readonly recorded: readonly Recorded[] }) => void serve(answers))

/** The same HTTP stack that does nothing: it reads the request's JSON and answers bytes from memory. */
async function serve({ recorded }: { readonly recorded: readonly Recorded[] }): Promise<void> {
  const fastify = Fastify({ logger: false })
  for (const { method, path, status, headers, body } of recorded) {
    fastify.route({
      method,
      url: path,
      handler: (_request, reply) => reply.code(status).headers(headers).send(body),
    })
  }
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  process.send?.((fastify.server.address() as AddressInfo).port)
}
