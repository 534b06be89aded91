import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { request as send } from 'undici'

/** One request that went over a wire, and its answer. */
export type Exchange = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly status: number
  readonly answer: Buffer
}

export type Wire = AsyncDisposable & { readonly url: string }

/**
 * A wire that can be watched: a real HTTP hop on loopback which passes each
 * request on as it is, byte for byte, and tells of it once it is answered.
 */
export async function openWire(target: string, tell: (exchange: Exchange) => void): Promise<Wire> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request
    const body = await buffer(request)
    try {
      const passed = await send(`${target}${path}`, {
        method: method as 'GET',
        headers: endToEnd(headers),
        body: body.length > 0 ? body : null,
      })
      const answer = Buffer.from(await passed.body.arrayBuffer())
      tell({ method, path, headers, body, status: passed.statusCode, answer })
      response.writeHead(passed.statusCode, endToEnd(passed.headers)).end(answer)
    } catch {
      // The far end is gone, and so is this one: that is what the near end should see.
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
])

const endToEnd = (headers: IncomingHttpHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) ? [] : [[name, value]],
    ),
  )
