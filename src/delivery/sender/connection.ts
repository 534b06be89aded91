import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { Connect } from './connector.ts'

/** How long an unused connection is kept. A receiver that announces less gets less. */
const idleMs = 60_000
const headersBytesMax = 16 * 1024

/**
 * One connection to one origin: an undici client that knows whether its socket has carried a
 * request before, and whose connecting can be given up.
 */
export class Connection {
  readonly key: string
  readonly client: Client
  remoteAddress: string | null = null
  #requests = 0
  #socket: Socket | null = null
  #isDestroyed = false

  constructor(key: string, origin: string, connect: Connect) {
    this.key = key
    this.client = new Client(origin, {
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      maxHeaderSize: headersBytesMax,
      // These only watch for silence. The whole attempt has its own deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) => {
        connect(target, (socket) => this.#watch(socket)).then(
          (socket) => callback(null, this.#begin(socket)),
          (error: Error) => callback(error, null),
        )
      },
    })
  }

  /** To be called once for each request written. Says whether the socket had carried one before. */
  countRequest(): boolean {
    this.#requests += 1
    return this.#requests > 1
  }

  /** Ends it at once, even while it is connecting. */
  destroy(): void {
    this.#isDestroyed = true
    this.#socket?.destroy()
    // It resolves once the socket is closed, which nobody waits for, and never rejects.
    void this.client.destroy()
  }

  #watch(socket: Socket): void {
    this.#socket = socket
    if (this.#isDestroyed) socket.destroy()
  }

  #begin(socket: Socket): Socket {
    this.#requests = 0
    this.remoteAddress = socket.remoteAddress ?? null
    return socket
  }
}
