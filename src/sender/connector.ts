import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressPolicy } from '../network/address-policy.ts'
import { hostOf } from '../network/hook-url.ts'
import type { Outcome } from './model.ts'
import type { Resolve } from './resolver.ts'

/** Why there is no connection; carried through undici's callbacks. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure'
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.kind)
    this.outcome = outcome
  }
}

/** `onSocket` gets the socket before it is connected, so that whoever waits can give up. */
export type Connect = (
  target: buildConnector.Options,
  onSocket: (socket: Socket) => void,
) => Promise<Socket>

export type ConnectOptions = {
  readonly policy: AddressPolicy
  readonly resolve: Resolve
  readonly isTlsVerified: boolean
}

/** Longer than any attempt, whose own deadline ends a connection that hangs. */
const tlsTimeoutMs = 60_000
const tcpKeepAliveMs = 30_000

/**
 * Connects only to addresses that were vetted after resolving (delivery 5). undici's own hook for
 * this (`connect.lookup`) is not called when the URL contains the address itself.
 * Throws `ConnectFailure`.
 */
export function openConnect({ policy, resolve, isTlsVerified }: ConnectOptions): Connect {
  const secure = buildConnector({
    allowH2: false,
    rejectUnauthorized: isTlsVerified,
    minVersion: 'TLSv1.2',
    timeout: tlsTimeoutMs,
  })
  return async (target, onSocket) => {
    const addresses = await findVettedAddresses(hostOf(target), policy, resolve)
    const socket = await connectTo(addresses, target, onSocket)
    if (!policy.allows(socket.remoteAddress ?? '')) {
      socket.destroy()
      throw new ConnectFailure({ kind: 'forbidden_address' })
    }
    return target.protocol === 'https:' ? await secured(secure, target, socket) : socket
  }
}

async function findVettedAddresses(
  host: string,
  policy: AddressPolicy,
  resolve: Resolve,
): Promise<readonly string[]> {
  const resolution = await resolve(host)
  if (resolution.kind === 'failed') {
    throw new ConnectFailure({ kind: 'dns_failed', reason: resolution.reason })
  }
  const allowed = resolution.addresses.filter(policy.allows)
  // A mix of allowed and forbidden is an attack, except behind `localhost`: that is two addresses
  // by definition, of which an operator may have allowed one.
  const isComplete = allowed.length === resolution.addresses.length || isLocalhost(host)
  if (allowed.length === 0 || !isComplete) throw new ConnectFailure({ kind: 'forbidden_address' })
  return allowed
}

const isLocalhost = (host: string) => host === 'localhost' || host.endsWith('.localhost')

/** Tries the addresses in turn (RFC 8305), and nothing but them: the name is not resolved again. */
function connectTo(
  addresses: readonly string[],
  { hostname, protocol, port }: buildConnector.Options,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  const [only] = addresses.length === 1 ? addresses : []
  const socket = connectTcp({
    host: only ?? hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    lookup: pinnedLookup(addresses),
    autoSelectFamily: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
  })
  onSocket(socket)
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ConnectFailure(tcpOutcomeOf(codeOf(error))))
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('given up')))
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
  })
}

function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_hostname, options, callback) => {
    if (options.all) return callback(null, found)
    callback(null, found[0]?.address ?? '', found[0]?.family)
  }
}

function secured(
  secure: buildConnector.connector,
  target: buildConnector.Options,
  httpSocket: Socket,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    secure({ ...target, httpSocket }, (error, socket) => {
      if (socket) return resolve(socket)
      httpSocket.destroy()
      reject(new ConnectFailure({ kind: 'tls_failed', code: codeOf(error) }))
    })
  })
}

function tcpOutcomeOf(code: string): Outcome {
  if (code === 'ETIMEDOUT') return { kind: 'timed_out' }
  return { kind: code === 'ECONNREFUSED' ? 'connect_refused' : 'unreachable', code }
}

/** The system's or OpenSSL's word for an error, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
export const codeOf = (error: Error | null) =>
  error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
