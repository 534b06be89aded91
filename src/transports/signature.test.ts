import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { expect, it } from 'vitest'
import { isSignedBy } from './signature.ts'

const field = (bytes: Buffer | string) => {
  const body = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}
const sha256 = (bytes: Buffer | string) => hash('sha256', bytes, 'buffer')
const mpint = (digits: Buffer) => {
  const isHigh = ((digits[0] ?? 0) & 0x80) !== 0
  return field(isHigh ? Buffer.concat([Buffer.of(0), digits]) : digits)
}
const coordinate = (key: KeyObject, name: 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url')

const blob = Buffer.from('what the server asked to have signed')
const tail = (flags: number) => Buffer.from([flags, 0, 0, 0, 7])
const messageOf = (flags: number) => Buffer.concat([sha256('ssh:'), tail(flags), sha256(blob)])

function ed25519Token() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const type = 'sk-ssh-ed25519@openssh.com'
  const encoded = Buffer.concat([field(type), field(coordinate(publicKey, 'x')), field('ssh:')])
  const signature = (flags: number) =>
    Buffer.concat([sign(null, messageOf(flags), privateKey), tail(flags)])
  return { key: `${type} ${encoded.toString('base64')}`, signature }
}

function nistp256Token() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com'
  const [x, y] = [coordinate(publicKey, 'x'), coordinate(publicKey, 'y')]
  const point = Buffer.concat([Buffer.of(4), x, y])
  const encoded = Buffer.concat([field(type), field('nistp256'), field(point), field('ssh:')])
  const signature = (flags: number) => {
    const how = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    const made = sign('sha256', messageOf(flags), how)
    return Buffer.concat([mpint(made.subarray(0, 32)), mpint(made.subarray(32)), tail(flags)])
  }
  return { key: `${type} ${encoded.toString('base64')}`, signature }
}

const tokens = { ed25519: ed25519Token, 'ECDSA nistp256': nistp256Token }

it.each(Object.entries(tokens))('knows the signature of a FIDO token with an %s key', (_, make) => {
  const { key, signature } = make()
  expect(isSignedBy(key, { blob, signature: signature(1) })).toBe(true)
  expect(isSignedBy(key, { blob: Buffer.from('else'), signature: signature(1) })).toBe(false)
  expect(isSignedBy(make().key, { blob, signature: signature(1) })).toBe(false)
})

it.each(Object.entries(tokens))('refuses a token with an %s key that nobody touched', (_, make) => {
  const { key, signature } = make()
  expect(isSignedBy(key, { blob, signature: signature(0) })).toBe(false)
})

it('takes nonsense for no signature', () => {
  for (const make of Object.values(tokens)) {
    for (const bytes of [0, 4, 5, 6, 69, 200]) {
      const signature = Buffer.alloc(bytes, 1)
      expect(isSignedBy(make().key, { blob, signature })).toBe(false)
    }
  }
  const plain = generateKeyPairSync('ed25519').publicKey
  const encoded = Buffer.concat([field('ssh-ed25519'), field(coordinate(plain, 'x'))])
  const key = `ssh-ed25519 ${encoded.toString('base64')}`
  expect(isSignedBy(key, { blob, signature: Buffer.alloc(3) })).toBe(false)
  expect(isSignedBy('ssh-ed25519 AAAA', { blob, signature: Buffer.alloc(64) })).toBe(false)
})
