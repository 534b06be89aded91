import { expect, it } from 'vitest'
import type { Peer } from './ssh-config.ts'
import { explainSsh } from './ssh-failure.ts'

const peer = (name: string, more: Partial<Peer> = {}): Peer => ({
  alias: `host-${name}`,
  title: name,
  address: '10.0.0.11',
  port: 22,
  user: 'deploy',
  identityName: 'prod',
  hostKeys: ['ssh-ed25519 AAAA'],
  hostCa: null,
  jump: null,
  ...more,
})
const peers = [peer('web1'), peer('bastion', { address: '203.0.113.5', user: 'jump' })]
const explain = (stderr: string) => explainSsh(stderr, peers, 'host')

it('names the hop whose host key changed, with both fingerprints', () => {
  const stderr = `@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @
The fingerprint for the ED25519 key sent by the remote host is
SHA256:abc.
Host key for host-bastion has changed and you have requested strict checking.
Host key verification failed.
Connection closed by UNKNOWN port 65535`
  expect(explain(stderr)).toMatch(
    /^host bastion: host key is not the pinned one \(expected SHA256:\S+, offered SHA256:abc\)$/,
  )
})

it('names a host that offers a key of another type', () => {
  const stderr = 'No RSA host key is known for host-web1 and you have requested strict checking.\n'
  expect(explain(stderr)).toContain('host web1: host key is not the pinned one')
  expect(explain(stderr)).toContain('offered RSA')
})

it('names the identity that was refused, and the hop that refused it', () => {
  expect(explain('jump@203.0.113.5: Permission denied (publickey).\n')).toBe(
    'host bastion: refused the identity "prod" for user jump',
  )
})

it('names the host that is down', () => {
  expect(explain('ssh: connect to host 10.0.0.11 port 22: Connection refused\r\n')).toBe(
    'web1: cannot connect to 10.0.0.11 port 22: Connection refused',
  )
})

it('says what ssh said last when it is something else', () => {
  expect(explain('first\nkex_exchange_identification: read: Connection reset by peer\n')).toContain(
    'kex_exchange',
  )
  expect(explain('')).toBe('ssh ended without a word')
})
