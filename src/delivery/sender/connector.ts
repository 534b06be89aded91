import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressPolicy } from '../../network/address-policy.ts'
import { hostOf } from '../../network/hook-url.ts'
import { ConnectFailure, codeOf, connected } from './connecting.ts'
import type { ClientCertificate } from './model.ts'
import { connectThrough } from './proxy.ts'
import type { Resolve } from './resolver.ts'

/** `onSocket` gets the socket before it is connected, so that whoever waits can give up. */
export type Connect = (
  target: buildConnector.Options,
  onSocket: (socket: Socket) => void,
) => Promise<Socket>

export type ConnectOptions = {
  readonly policy: AddressPolicy
  readonly resolve: Resolve
  readonly isTlsVerified: boolean
  readonly clientCertificate: ClientCertificate | null
  /** Asked to connect on our behalf, to addresses that we have vetted. */
  readonly proxy: URL | null
}

/** Longer than any attempt, whose own deadline ends a connection that hangs. */
const tlsTimeoutMs = 60_000
const tcpKeepAliveMs = 30_000

/**
 * Connects only to addresses that were vetted after resolving (delivery 5). undici's own hook for
 * this (`connect.lookup`) is not called when the URL contains the address itself.
 * Throws `ConnectFailure`.
 */
export function openConnect(options: ConnectOptions): Connect {
  const { policy, resolve, isTlsVerified, clientCertificate, proxy } = options
  const secure = buildConnector({
    allowH2: false,
    rejectUnauthorized: isTlsVerified,
    ...(clientCertificate && {
      cert: clientCertificate.certificate,
      key: clientCertificate.key.reveal(),
    }),
    minVersion: 'TLSv1.2',
    timeout: tlsTimeoutMs,
  })
  return async (target, onSocket) => {
    const addresses = await findVettedAddresses(hostOf(target), policy, resolve)
    if (proxy) {
      const tunnel = await connectThrough(proxy, { addresses, port: portOf(target) }, onSocket)
      return target.protocol === 'https:' ? await secured(secure, target, tunnel) : tunnel
    }
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
  target: buildConnector.Options,
  onSocket: (socket: Socket) => void,
): Promise<Socket> {
  const [only] = addresses.length === 1 ? addresses : []
  const socket = connectTcp({
    host: only ?? target.hostname,
    port: portOf(target),
    lookup: pinnedLookup(addresses),
    autoSelectFamily: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
  })
  onSocket(socket)
  return connected(socket)
}

const portOf = ({ protocol, port }: buildConnector.Options) =>
  Number(port) || (protocol === 'https:' ? 443 : 80)

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
