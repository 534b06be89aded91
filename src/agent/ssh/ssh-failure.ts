import type { Role } from './model.ts'
import { fingerprintOf, type Peer } from './ssh-config.ts'

/**
 * One sentence that names the hop and says what to look at (agent 6, no. 13),
 * from what an ssh client wrote before it gave up.
 */
export const explainSsh = (stderr: string, peers: readonly Peer[], role: Role): string =>
  recogniseSsh(stderr, peers, role) ?? lastLine(stderr) ?? 'ssh ended without a word'

/** Null when nothing in it is a host key, a login or a connection that failed. */
export const recogniseSsh = (stderr: string, peers: readonly Peer[], role: Role): string | null =>
  explainHostKey(stderr, peers, role) ??
  explainLogin(stderr, peers, role) ??
  explainConnection(stderr, peers)

const changed = /Host key for (\S+) has changed/
const unknown = /No (\S+) host key is known for (\S+) and/
const revoked = /REVOKED HOST KEY|host key .* is revoked/i

function explainHostKey(stderr: string, peers: readonly Peer[], role: Role): string | null {
  const alias = changed.exec(stderr)?.[1] ?? unknown.exec(stderr)?.[2]
  if (
    alias === undefined &&
    !revoked.test(stderr) &&
    !/Host key verification failed/.test(stderr)
  ) {
    return null
  }
  const peer = peers.find((one) => one.alias === alias)
  const offered = /(SHA256:[A-Za-z0-9+/]+)/.exec(stderr)?.[1] ?? unknown.exec(stderr)?.[1]
  const expected = peer?.hostKeys.map(fingerprintOf).join(' or ') || 'a key signed by its CA'
  const server = `${role === 'git' ? 'git server' : 'host'} ${peer?.title ?? alias ?? ''}`.trim()
  return `${server}: host key is not the pinned one (expected ${expected}, offered ${offered ?? 'another'})`
}

function explainLogin(stderr: string, peers: readonly Peer[], role: Role): string | null {
  const [, user = '', address = ''] = /(\S+)@(\S+): Permission denied/.exec(stderr) ?? []
  if (!address) return null
  const peer = peers.find((one) => one.user === user && [one.address, one.alias].includes(address))
  const server = role === 'git' ? 'git server' : 'host'
  return `${server} ${peer?.title ?? address}: refused the identity "${peer?.identityName ?? '?'}" for user ${user}`
}

const connection = /connect to host (\S+) port (\d+): (.+)/

function explainConnection(stderr: string, peers: readonly Peer[]): string | null {
  const [, address, port, why] = connection.exec(stderr) ?? []
  if (address !== undefined) {
    const peer = peers.find((one) => one.address === address && String(one.port) === port)
    return `${peer?.title ?? 'server'}: cannot connect to ${address} port ${port}: ${why?.trim()}`
  }
  const [, name] = /Could not resolve hostname (\S+?):/.exec(stderr) ?? []
  return name === undefined ? null : `cannot find the address of ${name}`
}

function lastLine(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '')?.slice(0, 300) ?? null
}
