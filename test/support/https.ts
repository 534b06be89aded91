import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createAuthority } from '../sender/certificates.ts'
import { temporaryFolder } from './engines.ts'

/** Leads nowhere without the proxy: `.test` is reserved (RFC 6761). */
const host = 'slipway.test'

/** What a server must be started with (`settings: behindHttps`) to speak of itself by its public name. */
export const behindHttps = { public_url: `https://${host}` }

export type HttpsFront = {
  readonly host: string
  readonly url: string
  readonly apiUrl: string
  /** Variables that lead a program to the front: the proxy and the authority to trust. */
  readonly env: Readonly<Record<'HTTPS_PROXY' | 'SSL_CERT_FILE' | 'NODE_EXTRA_CA_CERTS', string>>
  /** The proxy's address, for a client that takes it as a setting. */
  readonly proxyUrl: string
  /** The authority's certificate in PEM. */
  readonly certificate: string
}

/**
 * `https://slipway.test` on port 443, as clients see it that know no other port, without
 * touching this machine's names or ports: a proxy on loopback takes every CONNECT to a
 * TLS terminator in front of `server`. All of it ends with the test.
 */
export async function httpsFront(server: { readonly url: string }): Promise<HttpsFront> {
  const authority = createAuthority()
  onTestFinished(() => authority.remove())
  const terminator = createTlsServer(authority.issue({ san: `DNS:${host}` }), (socket) =>
    tie(socket, connect(Number(new URL(server.url).port), '127.0.0.1')),
  )
  const terminatorPort = await listen(terminator)
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end())
  proxy.on('connect', ({ url }, socket: Socket, head: Buffer) => {
    if (url !== `${host}:443`) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const onward = connect(terminatorPort, '127.0.0.1')
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    onward.write(head)
    tie(socket, onward)
  })
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`
  const trusted = join(temporaryFolder(), 'authority.pem')
  writeFileSync(trusted, authority.certificate)
  const env = { HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: trusted, NODE_EXTRA_CA_CERTS: trusted }
  const url = `https://${host}`
  const { certificate } = authority
  return { host, url, apiUrl: `${url}/api/v3`, env, proxyUrl, certificate }
}

/** Ties two sockets together: what one says the other hears, and neither outlives the other. */
function tie(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one)
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    // A client that hangs up early is no failure of the test.
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
