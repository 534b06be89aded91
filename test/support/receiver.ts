import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export type Received = {
  readonly event: string
  readonly guid: string
  readonly headers: IncomingHttpHeaders
  /** The exact bytes. */
  readonly bytes: Buffer
  readonly payload: { action?: string; deployment?: { id: number }; [more: string]: unknown }
}

/** A real third party on loopback: keeps whatever arrives and answers 200, or what `answer` says. */
export async function startReceiver(answer: (received: Received) => number = () => 200) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const bytes = await buffer(request)
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
    const json = isForm ? new URLSearchParams(bytes.toString()).get('payload') : bytes.toString()
    const one: Received = {
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      headers: request.headers,
      bytes,
      payload: JSON.parse(json ?? 'null'),
    }
    received.push(one)
    response.writeHead(answer(one)).end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hook`, received }
}
