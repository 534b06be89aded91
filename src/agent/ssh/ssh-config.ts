import { createHash } from 'node:crypto'
import { Problem } from '../../lib/problem.ts'
import type { GitRemote, Host, Identity } from '../recipe/model.ts'

export type SshPlaces = {
  readonly knownHostsFile: string
  /** Short: a socket's path has at most 104 bytes, and ssh adds 17 while it opens one. */
  readonly controlFolder: string
}

export type SshOptions = {
  readonly connectTimeoutMs: number
  readonly keepAliveSeconds: number
}

/** A server we may meet, by the name that stands for it in our ssh_config. */
export type Peer = {
  readonly alias: string
  /** As a person calls it in agent.yml. */
  readonly title: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly identityName: string
  readonly hostKeys: readonly string[]
  readonly hostCa: string | null
  readonly jump: string | null
}

export const aliasOfHost = (host: Pick<Host, 'name'>) => `host-${host.name}`

/** The same remote in two rules is one peer, unless the key or the pinned host key differs. */
export function aliasOfGit(remote: GitRemote): string {
  const { address, port, user, identity, hostKeys } = remote
  const digest = createHash('sha256').update(
    JSON.stringify([address, port, user, identity, hostKeys]),
  )
  return `git-${digest.digest('hex').slice(0, 16)}`
}

export const peerOfHost = (host: Host): Peer => ({
  alias: aliasOfHost(host),
  title: host.name,
  address: host.address,
  port: host.port,
  user: host.user,
  identityName: host.identity,
  hostKeys: host.hostKeys,
  hostCa: host.hostCa,
  jump: host.jump === null ? null : aliasOfHost({ name: host.jump }),
})

export const peerOfGit = (remote: GitRemote): Peer => ({
  alias: aliasOfGit(remote),
  title: `${remote.address}:${remote.port}`,
  address: remote.address,
  port: remote.port,
  user: remote.user,
  identityName: remote.identity,
  hostKeys: remote.hostKeys,
  hostCa: null,
  jump: null,
})

/** The whole ssh_config: one block a peer, then what holds for all. Throws Problem `invalid`. */
export function sshConfigOf(
  peers: readonly Peer[],
  identities: Readonly<Record<string, Identity>>,
  { places, options }: { places: SshPlaces; options: SshOptions },
): string {
  const blocks = peers.map((peer, index) =>
    [`Host ${peer.alias}`, ...peerLines(peer, index, identities, places)].join('\n  '),
  )
  const common = [
    'Host *',
    'StrictHostKeyChecking yes',
    `UserKnownHostsFile ${quotePath(places.knownHostsFile)}`,
    'GlobalKnownHostsFile /dev/null',
    'UpdateHostKeys no',
    'VerifyHostKeyDNS no',
    'CheckHostIP no',
    'CanonicalizeHostname no',
    'IdentitiesOnly yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'GSSAPIAuthentication no',
    'HostbasedAuthentication no',
    'BatchMode yes',
    'ForwardAgent no',
    'ForwardX11 no',
    'PermitLocalCommand no',
    'Tunnel no',
    'RequestTTY no',
    'EscapeChar none',
    'LogLevel ERROR',
    'ControlMaster auto',
    'ControlPersist 60',
    `ConnectTimeout ${Math.max(1, Math.ceil(options.connectTimeoutMs / 1000))}`,
    'ConnectionAttempts 1',
    `ServerAliveInterval ${options.keepAliveSeconds}`,
    'ServerAliveCountMax 3',
  ]
  return `${[...blocks, common.join('\n  ')].join('\n\n')}\n`
}

function peerLines(
  peer: Peer,
  index: number,
  identities: Readonly<Record<string, Identity>>,
  { controlFolder }: SshPlaces,
): string[] {
  const identity = identities[peer.identityName]
  if (!identity) throw new Problem('invalid', `There is no identity "${peer.identityName}"`)
  const { file, certificate, agentSocket } = identity
  return [
    `HostName ${peer.address}`,
    `HostKeyAlias ${peer.alias}`,
    `Port ${peer.port}`,
    `User ${peer.user}`,
    ...(file ? [`IdentityFile ${quotePath(file)}`] : []),
    ...(certificate ? [`CertificateFile ${quotePath(certificate)}`] : []),
    `IdentityAgent ${agentSocket ? quotePath(agentSocket) : 'none'}`,
    `ControlPath ${quotePath(`${controlFolder}/${index}`)}`,
    `ProxyJump ${peer.jump ?? 'none'}`,
  ]
}

/** ssh expands % and $ in paths and has no escape for a quote: those are refused, % is doubled. */
function quotePath(path: string): string {
  if (/["$\\\p{Cc}]/u.test(path) || path.startsWith('~')) {
    throw new Problem(
      'invalid',
      `ssh cannot be given the path ${JSON.stringify(path)}; choose one without quotes, "$", "\\" or "~"`,
    )
  }
  return `"${path.replaceAll('%', '%%')}"`
}

/** The pinned keys: a peer is known by its alias and nothing else. */
export function knownHostsOf(peers: readonly Peer[]): string {
  const lines = peers.flatMap(({ alias, hostKeys, hostCa }) => [
    ...hostKeys.map((key) => `${alias} ${key}`),
    ...(hostCa ? [`@cert-authority ${alias} ${hostCa}`] : []),
  ])
  return `${lines.join('\n')}\n`
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprintOf(hostKey: string): string {
  const [, blob = ''] = hostKey.split(' ')
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}
