import { connect, isIPv6, type Socket } from 'node:net'
import { ConnectFailure, connected } from './connecting.ts'
import type { Outcome } from './model.ts'

type Target = { readonly addresses: readonly string[]; readonly port: number }

const usualPort = 80
const answerBytesMax = 16 * 1024

/**
 * A tunnel through an HTTP proxy (RFC 9110, 9.3.6) to the first of the addresses that it reaches.
 * It is given addresses and not the name, which it might resolve to something else. Throws
 * `ConnectFailure`; whose fault it was is told apart.
 */
export async function connectThrough(
  proxy: URL,
  { addresses, port }: Target,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  let failure: unknown
  for (const address of addresses) {
    try {
      return await openTunnel(
        proxy,
        isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`,
        onSocket,
      )
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function openTunnel(
  proxy: URL,
  authority: string,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(proxy.port) || usualPort, noDelay: true })
  onSocket(socket)
  try {
    await connected(socket)
    const login = loginOf(proxy)
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login && `Proxy-Authorization: Basic ${login}\r\n`}\r\n`,
    )
    const status = statusIn(await readHead(socket))
    if (status >= 200 && status <= 299) return socket
    throw failed(String(status || 'malformed answer'))
  } catch (error) {
    socket.destroy()
    throw error instanceof ConnectFailure && error.outcome.kind !== 'proxy_failed'
      ? failed('code' in error.outcome ? error.outcome.code : error.outcome.kind)
      : error
  }
}

const failed = (reason: string) =>
  new ConnectFailure({ kind: 'proxy_failed', reason } satisfies Outcome)

const loginOf = ({ username, password }: URL) =>
  username &&
  Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')

const statusIn = (head: string) => Number(head.match(/^HTTP\/1\.[01] (\d{3})/)?.[1] ?? 0)

/** Up to the empty line. What came after it is the receiver's. */
function readHead(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0)
    const end = (settle: () => void) => {
      socket.off('data', take).off('close', gone).off('error', gone)
      settle()
    }
    const gone = () => end(() => reject(failed('closed')))
    const take = (chunk: Buffer) => {
      read = Buffer.concat([read, chunk])
      const at = read.indexOf('\r\n\r\n')
      if (at < 0 && read.length > answerBytesMax) return gone()
      if (at < 0) return
      socket.pause()
      end(() => resolve(read.toString('latin1', 0, at)))
      if (read.length > at + 4) socket.unshift(read.subarray(at + 4))
    }
    socket.on('data', take).on('close', gone).on('error', gone)
  })
}
