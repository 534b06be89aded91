import { hash } from 'node:crypto'
import type { AddressPolicy } from '../../network/address-policy.ts'
import { parseHookUrl } from '../../network/hook-url.ts'
import type { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { type Connect, type ConnectOptions, openConnect } from './connector.ts'
import { Exchange, type Exchanged, type SentRequest } from './exchange.ts'
import type { Attempt, HookRequest } from './model.ts'
import { openResolver, type Resolve } from './resolver.ts'

export type SenderOptions = {
  readonly policy: AddressPolicy
  /** How names become addresses; the machine's own name servers unless given. */
  readonly resolve?: Resolve
  readonly proxy?: string | null
}

/** GitHub's limit (contract 6.5), for everything from resolving the name to the end of the answer. */
const attemptTimeoutMs = 10_000
/** Client certificates that are kept ready. */
const identitiesMax = 1000
const targetsMax = 10_000

/** Posts to hooks. It never throws for what a receiver does, and follows no redirect. */
export class Sender implements Disposable {
  readonly #policy: AddressPolicy
  readonly #common: Pick<ConnectOptions, 'policy' | 'resolve' | 'proxy'>
  /** By how we show ourselves and whom we believe. */
  readonly #connects = new Map<string, Connect>()
  readonly #connections = new Connections()
  /** By URL, as far as it can be told without asking anybody. */
  readonly #targets = new Map<string, Target | null>()

  constructor({ policy, resolve = openResolver(), proxy = null }: SenderOptions) {
    this.#policy = policy
    this.#common = { policy, resolve, proxy: proxy === null ? null : new URL(proxy) }
  }

  /** One attempt: one POST, or two when the first fell on a connection that was just being closed. */
  async send(request: HookRequest, timeoutMs = attemptTimeoutMs): Promise<Attempt> {
    const startedAt = performance.now()
    const target = this.#findTarget(request.url)
    if (!target) {
      const outcome = { kind: 'forbidden_address' } as const
      return { outcome, durationMs: 0, remoteAddress: null, isReused: false }
    }
    const deadline = startedAt + timeoutMs
    const identity = identityOf(request)
    const connect = this.#findConnect(identity, request)
    const { origin, path } = target
    const sent = { path, headers: request.headers.flat(), body: request.body }
    const key = `${origin} ${identity}`
    let connection = this.#connections.take(key, origin, connect)
    let exchanged = await this.#exchange(connection, sent, deadline)
    if (exchanged.isStale) {
      connection = this.#connections.open(key, origin, connect)
      exchanged = await this.#exchange(connection, sent, deadline)
    }
    const { outcome, isReused } = exchanged
    const durationMs = Math.round(performance.now() - startedAt)
    return { outcome, durationMs, remoteAddress: connection.remoteAddress, isReused }
  }

  [Symbol.dispose](): void {
    this.#connections.destroy()
  }

  /** Null for what may not be reached. */
  #findTarget(url: string): Target | null {
    const known = this.#targets.get(url)
    if (known !== undefined) return known
    if (this.#targets.size >= targetsMax) this.#targets.clear()
    const parsed = parseHookUrl(url, this.#policy)
    const target = parsed.kind === 'accepted' ? targetOf(parsed.url) : null
    this.#targets.set(url, target)
    return target
  }

  #findConnect(identity: string, request: HookRequest): Connect {
    const { isTlsVerified, clientCertificate } = request
    const options = { ...this.#common, isTlsVerified, clientCertificate }
    const connect = this.#connects.get(identity) ?? openConnect(options)
    this.#connects.delete(identity)
    this.#connects.set(identity, connect)
    const [oldest] = this.#connects.keys()
    if (oldest !== undefined && this.#connects.size > identitiesMax) this.#connects.delete(oldest)
    return connect
  }

  async #exchange(
    connection: Connection,
    request: SentRequest,
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

type Target = { readonly origin: string; readonly path: string }

const targetOf = ({ origin, pathname, search }: URL): Target => ({
  origin,
  path: pathname + search,
})

/** A connection is never lent to a request that would trust less or show another certificate. */
function identityOf({ isTlsVerified, clientCertificate }: HookRequest): string {
  if (!clientCertificate) return String(isTlsVerified)
  const { certificate, key } = clientCertificate
  return `${isTlsVerified} ${hash('sha256', `${certificate}\0${key.reveal()}`)}`
}
