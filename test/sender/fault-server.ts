import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

type Received = {
  readonly head: string
  readonly body: string
  /** Which request on this connection, from 1. */
  readonly nth: number
}

export type FaultServer = AsyncDisposable & {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  readonly connections: () => number
  /** Connections that are open now. */
  readonly open: Set<Socket>
}

export type FaultOptions = {
  /** Gets each whole request, and may do to the socket whatever it likes. */
  readonly answer: (socket: Socket, received: Received) => void
  /** Called when a connection opens, before any request. */
  readonly greet?: (socket: Socket) => void
  readonly tls?: TlsOptions
  readonly host?: string
}

/** A receiver made of a bare socket, since a proper HTTP server refuses to misbehave. */
export async function startFaultServer(options: FaultOptions): Promise<FaultServer> {
  const received: Received[] = []
  const open = new Set<Socket>()
  let connections = 0
  const serve = (socket: Socket) => {
    connections += 1
    options.greet?.(socket)
    readRequests(socket, (one) => {
      received.push(one)
      options.answer(socket, one)
    })
  }
  const server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve)
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  const port = await listen(server, options.host ?? '127.0.0.1')
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}/hook?x=1`,
    port,
    received,
    connections: () => connections,
    open,
    [Symbol.asyncDispose]: () => {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A whole, correct answer. */
export const reply = (status: string, body = '', headers: string[] = []) =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join(
    '\r\n',
  )

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

function readRequests(socket: Socket, onRequest: (received: Received) => void): void {
  let buffered = Buffer.alloc(0)
  let nth = 0
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
    const headEnd = buffered.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = buffered.subarray(0, headEnd).toString('latin1')
    const length = Number(head.match(/content-length: (\d+)/i)?.[1] ?? 0)
    const end = headEnd + 4 + length
    if (buffered.length < end) return
    const body = buffered.subarray(headEnd + 4, end).toString('utf8')
    buffered = buffered.subarray(end)
    nth += 1
    onRequest({ head, body, nth })
  })
}
