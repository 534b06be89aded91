import { generateKeyPairSync, randomBytes } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { Problem } from '../lib/problem.ts'

/** Throws an `invalid` Problem, with the `name` of the key, for what is no key of ours. */
export function parseHostKey(text: string, name: string): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (!(key instanceof Error) && key.type === 'ssh-ed25519' && key.isPrivateKey()) return key
  throw new Problem(
    'invalid',
    `${name} is no ed25519 key without passphrase. Restore it, or move it away to have a new one made (clients will warn).`,
  )
}

/** `type base64`, as clients pin it. */
export const publicKeyOf = (key: ParsedKey): string =>
  `${key.type} ${key.getPublicSSH().toString('base64')}`

const type = 'ssh-ed25519'
const comment = 'slipway'
const blockBytes = 8

/**
 * A new ed25519 key in OpenSSH's format (its PROTOCOL.key), without passphrase. Encoded here: what
 * ssh2 makes loses a leading zero, so that one key in 256 is of no use to anybody.
 */
export function newHostKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const seed = Buffer.from(d, 'base64url')
  const publicBlob = Buffer.concat([field(type), field(point)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point]))])
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(field),
    Buffer.of(0, 0, 0, 1),
    field(publicBlob),
    field(pad(Buffer.concat([secret, field(comment)]))),
  ])
  const lines = whole.toString('base64').replace(/.{1,70}/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}-----END OPENSSH PRIVATE KEY-----\n`
}

function field(content: string | Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(content))
  return Buffer.concat([length, Buffer.from(content)])
}

/** To whole blocks, by 1, 2, 3, … */
function pad(bytes: Buffer): Buffer {
  const missing = (blockBytes - (bytes.length % blockBytes)) % blockBytes
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, n) => n + 1))])
}
