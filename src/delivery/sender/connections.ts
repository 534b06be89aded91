import { Connection } from './connection.ts'
import type { Connect } from './connector.ts'

/** Idle connections kept in all; the one unused for longest makes room. */
const idleMax = 2000

/** Connections waiting for their next request. A new TLS connection costs as much as fifty requests. */
export class Connections {
  readonly #idle = new Map<string, Connection[]>()
  /** In the order in which they became idle. */
  readonly #oldest = new Set<Connection>()

  /** The connection used last, which is the least likely to have been closed, or a new one. */
  take(key: string, origin: string, connect: Connect): Connection {
    const connection = this.#idle.get(key)?.at(-1)
    if (!connection) return this.open(key, origin, connect)
    this.#forget(connection)
    return connection
  }

  /** A new one, also where an idle one would do. */
  open(key: string, origin: string, connect: Connect): Connection {
    const connection = new Connection(key, origin, connect)
    connection.client.on('disconnect', () => {
      if (!this.#oldest.has(connection)) return
      this.#forget(connection)
      connection.destroy()
    })
    return connection
  }

  giveBack(connection: Connection): void {
    const sameKey = this.#idle.get(connection.key)
    if (sameKey) sameKey.push(connection)
    else this.#idle.set(connection.key, [connection])
    this.#oldest.add(connection)
    const [oldest] = this.#oldest
    if (oldest && this.#oldest.size > idleMax) {
      this.#forget(oldest)
      oldest.destroy()
    }
  }

  destroy(): void {
    for (const connection of this.#oldest) connection.destroy()
    this.#oldest.clear()
    this.#idle.clear()
  }

  #forget(connection: Connection): void {
    this.#oldest.delete(connection)
    const rest = (this.#idle.get(connection.key) ?? []).filter((one) => one !== connection)
    if (rest.length > 0) this.#idle.set(connection.key, rest)
    else this.#idle.delete(connection.key)
  }
}
