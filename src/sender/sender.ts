import type { AddressPolicy } from '../network/address-policy.ts'
import { parseHookUrl } from '../network/hook-url.ts'
import type { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { type Connect, openConnect } from './connector.ts'
import { Exchange, type Exchanged } from './exchange.ts'
import type { Attempt, HookRequest } from './model.ts'
import { openResolver, type Resolve } from './resolver.ts'

export type SenderOptions = {
  readonly policy: AddressPolicy
  /** How names become addresses; the machine's own name servers unless given. */
  readonly resolve?: Resolve
}

/** GitHub's limit (contract 6.5), for everything from resolving the name to the end of the answer. */
const attemptTimeoutMs = 10_000

/** Posts to hooks. It never throws for what a receiver does, and follows no redirect. */
export class Sender implements Disposable {
  readonly #policy: AddressPolicy
  readonly #verified: Connect
  readonly #unverified: Connect
  readonly #connections = new Connections()

  constructor({ policy, resolve = openResolver() }: SenderOptions) {
    this.#policy = policy
    this.#verified = openConnect({ policy, resolve, isTlsVerified: true })
    this.#unverified = openConnect({ policy, resolve, isTlsVerified: false })
  }

  /** One attempt: one POST, or two when the first fell on a connection that was just being closed. */
  async send(request: HookRequest, timeoutMs = attemptTimeoutMs): Promise<Attempt> {
    const startedAt = performance.now()
    const parsed = parseHookUrl(request.url, this.#policy)
    if (parsed.kind !== 'accepted') {
      const outcome = { kind: 'forbidden_address' } as const
      return { outcome, durationMs: 0, remoteAddress: null, isReused: false }
    }
    const deadline = startedAt + timeoutMs
    const connect = request.isTlsVerified ? this.#verified : this.#unverified
    const { origin } = parsed.url
    const key = `${origin} ${request.isTlsVerified}`
    let connection = this.#connections.take(key, origin, connect)
    let exchanged = await this.#exchange(connection, request, deadline)
    if (exchanged.isStale) {
      connection = this.#connections.open(key, origin, connect)
      exchanged = await this.#exchange(connection, request, deadline)
    }
    const { outcome, isReused } = exchanged
    const durationMs = Math.round(performance.now() - startedAt)
    return { outcome, durationMs, remoteAddress: connection.remoteAddress, isReused }
  }

  [Symbol.dispose](): void {
    this.#connections.destroy()
  }

  async #exchange(
    connection: Connection,
    request: HookRequest,
    deadline: number,
  ): Promise<Exchanged> {
    const exchange = new Exchange(connection)
    const timer = setTimeout(() => exchange.expire(), deadline - performance.now())
    exchange.start(request)
    const exchanged = await exchange.ended
    clearTimeout(timer)
    if (exchanged.isClean) this.#connections.giveBack(connection)
    else connection.destroy()
    return exchanged
  }
}
