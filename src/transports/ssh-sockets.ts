import type { Socket } from 'node:net'

/** How much of the SSH server one client may have. */
export type SshLimits = {
  /** From the first byte until somebody has proved to hold a key. */
  readonly handshakeMs: number
  /** Without a command running. */
  readonly idleMs: number
  /** For transfers to end by themselves when the server stops. */
  readonly drainMs: number
  /** Keys that a client may try in vain. */
  readonly attemptsMax: number
  /** At once, on one connection. */
  readonly sessionsMax: number
  readonly connectionsMax: number
  readonly connectionsPerAddressMax: number
}

export const usualLimits: SshLimits = {
  handshakeMs: 30_000,
  idleMs: 10 * 60_000,
  drainMs: 30_000,
  attemptsMax: 10,
  sessionsMax: 10,
  connectionsMax: 512,
  connectionsPerAddressMax: 64,
}

type Open = {
  readonly socket: Socket
  readonly address: string
  /** Ends a client that has not proved to hold a key in time. */
  readonly handshake: NodeJS.Timeout
}

/** The sockets that are open, found again by the client's address and port. */
export function openSockets(limits: SshLimits) {
  const open = new Map<string, Open>()
  const nameOf = (address: string | undefined, port: number | undefined) => `${address} ${port}`

  function hasRoomFor(address: string): boolean {
    if (open.size >= limits.connectionsMax) return false
    const same = [...open.values()].filter((other) => other.address === address)
    return same.length < limits.connectionsPerAddressMax
  }

  /** Whether the socket may stay; it is closed where there are too many. */
  function admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? ''
    if (!hasRoomFor(address)) {
      socket.destroy()
      return false
    }
    const name = nameOf(address, socket.remotePort)
    const handshake = setTimeout(() => socket.destroy(), limits.handshakeMs)
    open.set(name, { socket, address, handshake })
    socket.once('close', () => {
      clearTimeout(handshake)
      open.delete(name)
    })
    return true
  }

  function hangUp(): void {
    for (const { socket } of open.values()) socket.destroy()
  }

  const find = (address: string, port: number) => open.get(nameOf(address, port))
  return { admit, find, hangUp }
}
