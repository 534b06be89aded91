import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, keyKindOf, parsePublicKey } from './public-key.ts'

const field = (bytes: Buffer | string) => {
  const content = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, content])
}
const lineOf = (type: string, ...fields: (Buffer | string)[]) =>
  `${type} ${Buffer.concat([field(type), ...fields.map(field)]).toString('base64')}`

const point32 = Buffer.alloc(32, 7)
const ed25519 = lineOf('ssh-ed25519', point32)
const application = 'ssh:'

function rsaOf(modulusLength: number) {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')])
  return { modulus, exponent: Buffer.from(e, 'base64url') }
}

function pointOn(namedCurve: string) {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve }).publicKey.export({
    format: 'jwk',
  })
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

const small = rsaOf(1024)
const large = rsaOf(2048)

function keyOf(text: string) {
  const parsed = parsePublicKey(text)
  if (parsed.kind === 'fault') throw new Error(parsed.reason)
  return parsed.key
}
function reasonOf(text: string) {
  const parsed = parsePublicKey(text)
  if (parsed.kind === 'key') throw new Error('it was accepted')
  return parsed.reason
}

describe('parsePublicKey', () => {
  it('splits a line into type, blob and comment', () => {
    expect(keyOf(`  ${ed25519} octo's laptop \n`)).toMatchObject({
      type: 'ssh-ed25519',
      comment: "octo's laptop",
    })
    expect(keyOf(ed25519).comment).toBe('')
  })

  it('takes every type that OpenSSH makes today', () => {
    const point = pointOn('P-256')
    const lines = [
      ed25519,
      lineOf('ssh-rsa', large.exponent, large.modulus),
      lineOf('ecdsa-sha2-nistp256', 'nistp256', point),
      lineOf('ecdsa-sha2-nistp384', 'nistp384', pointOn('P-384')),
      lineOf('ecdsa-sha2-nistp521', 'nistp521', pointOn('P-521')),
      lineOf('sk-ssh-ed25519@openssh.com', point32, application),
      lineOf('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point, application),
    ]
    expect(lines.map((line) => keyOf(line).type)).toEqual(lines.map((line) => line.split(' ')[0]))
  })

  it('prints the fingerprint that ssh-keygen prints', () => {
    const line =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICPIWQFcWTvNqwcnJLG7PQqOVqzIr/f7oaSjfHU5ppSC x'
    expect(fingerprintOf(keyOf(line).blob)).toBe(
      'SHA256:wZn45MSJ6a5PsnkL8NvEcLZ+pu1y76nx+pruV0NE8gA',
    )
  })

  it('names a private key without repeating any of it', () => {
    const secret = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW'
    const texts = [
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----`,
      `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
      `PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n${secret}`,
      secret,
    ]
    for (const text of texts) {
      expect(reasonOf(text)).toContain('that is a private key')
      expect(reasonOf(text)).not.toContain(secret.slice(0, 12))
    }
  })

  it('refuses weak keys and says why', () => {
    expect(reasonOf(lineOf('ssh-rsa', small.exponent, small.modulus))).toBe(
      'RSA keys must have 2048 bits or more; this one has 1024',
    )
    expect(reasonOf(lineOf('ssh-dss', 'a', 'b'))).toMatch(/^keys of type ssh-dss are too weak/)
  })

  it('refuses types it does not know, certificates among them', () => {
    expect(reasonOf(lineOf('ssh-ed25519-cert-v01@openssh.com', 'x'))).toContain(
      'keys of type ssh-ed25519-cert-v01@openssh.com are not accepted',
    )
    expect(reasonOf('constructor AAAA')).toContain('keys of type constructor are not accepted')
  })

  it('refuses a blob of another type, and one that is cut short or carries more', () => {
    const blob = ed25519.split(' ')[1] ?? ''
    expect(reasonOf(`ssh-rsa ${blob}`)).toBe('the type it names is not the type it is')
    expect(reasonOf(`ssh-ed25519 ${blob.slice(0, 40)}`)).toContain('cut short')
    expect(reasonOf(`ssh-ed25519 *${blob}`)).toContain('not base64')
    expect(reasonOf(lineOf('ssh-ed25519', point32, 'more'))).toContain('damaged')
    expect(reasonOf(lineOf('ssh-ed25519', point32.subarray(1)))).toContain('damaged')
    expect(reasonOf(lineOf('ssh-rsa', large.exponent))).toContain('damaged')
    expect(reasonOf(lineOf('ssh-rsa', large.exponent, large.modulus.subarray(1)))).toContain(
      'damaged',
    )
    expect(reasonOf(lineOf('sk-ssh-ed25519@openssh.com', point32))).toContain('damaged')
  })

  it('refuses a point that is not on its curve', () => {
    const stray = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 9)])
    expect(reasonOf(lineOf('ecdsa-sha2-nistp256', 'nistp256', stray))).toContain('damaged')
    expect(reasonOf(lineOf('ecdsa-sha2-nistp256', 'nistp384', pointOn('P-256')))).toContain(
      'damaged',
    )
  })

  it('asks for the .pub line where it gets something else', () => {
    const texts = [
      'hello',
      `command="x" ${ed25519}`,
      `${ed25519}\n${ed25519}`,
      '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
      '',
    ]
    for (const text of texts) expect(reasonOf(text)).toContain('OpenSSH public key format')
  })
})

describe('keyKindOf', () => {
  it('names a key for people, with the bits of an RSA key', () => {
    expect(keyKindOf(ed25519)).toEqual({ name: 'ED25519' })
    expect(keyKindOf(lineOf('ssh-rsa', large.exponent, large.modulus))).toEqual({
      name: 'RSA',
      rsaBits: 2048,
    })
    expect(keyKindOf(lineOf('sk-ssh-ed25519@openssh.com', point32, application)).name).toBe(
      'ED25519 in a security key',
    )
  })
})
