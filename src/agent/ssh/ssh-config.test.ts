import { expect, it } from 'vitest'
import type { Host } from '../recipe/model.ts'
import { fingerprintOf, knownHostsOf, peerOfHost, sshConfigOf } from './ssh-config.ts'

const host: Host = {
  name: 'web1',
  address: '10.0.0.11',
  port: 2222,
  user: 'deploy',
  identity: 'prod',
  hostKeys: ['ssh-ed25519 AAAA', 'ssh-rsa BBBB'],
  hostCa: 'ssh-ed25519 CCCC',
  jump: 'bastion',
  roles: [],
  environments: [],
  labels: {},
}
const settings = {
  places: { knownHostsFile: '/data/known_hosts', controlFolder: '/tmp/slw-1' },
  options: { connectTimeoutMs: 1_500, keepAliveSeconds: 5 },
}
const identity = { file: '/etc/a b/100%', certificate: null, agentSocket: null }

it('gives each host a block of its own, by an alias', () => {
  const config = sshConfigOf([peerOfHost(host)], { prod: identity }, settings)
  expect(config.split('\n\n')[0]).toBe(`Host host-web1
  HostName 10.0.0.11
  HostKeyAlias host-web1
  Port 2222
  User deploy
  IdentityFile "/etc/a b/100%%"
  IdentityAgent none
  ControlPath "/tmp/slw-1/0"
  ProxyJump host-bastion`)
})

it('trusts pinned keys only, and lends out nothing', () => {
  const config = sshConfigOf([peerOfHost(host)], { prod: identity }, settings)
  for (const line of [
    'StrictHostKeyChecking yes',
    'UserKnownHostsFile "/data/known_hosts"',
    'GlobalKnownHostsFile /dev/null',
    'UpdateHostKeys no',
    'IdentitiesOnly yes',
    'BatchMode yes',
    'ForwardAgent no',
    'ForwardX11 no',
    'ConnectTimeout 2',
    'ServerAliveInterval 5',
  ]) {
    expect(config).toContain(`\n  ${line}\n`)
  }
  expect(knownHostsOf([peerOfHost(host)])).toBe(
    'host-web1 ssh-ed25519 AAAA\nhost-web1 ssh-rsa BBBB\n@cert-authority host-web1 ssh-ed25519 CCCC\n',
  )
})

it.each(['/a"b', '/a\nb', '/$HOME/key', '~/key'])(
  'refuses the path %j, which ssh would read otherwise',
  (file) => {
    const identities = { prod: { ...identity, file } }
    expect(() => sshConfigOf([peerOfHost(host)], identities, settings)).toThrow(
      'cannot be given the path',
    )
  },
)

it('prints fingerprints as ssh-keygen does', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  expect(fingerprintOf(key)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})
