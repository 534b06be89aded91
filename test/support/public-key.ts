import { generateKeyPairSync } from 'node:crypto'

/** A new ed25519 key's public half, as `ssh-keygen` would write it, without a comment. */
export function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const type = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1')
  return `ssh-ed25519 ${Buffer.concat([type, Buffer.from(x, 'base64url')]).toString('base64')}`
}
