import { createPublicKey, hash, verify } from 'node:crypto'
import ssh2 from 'ssh2'

/** What a client signed to prove that it holds a key, as ssh2 hands it over. */
export type Signed = {
  readonly blob: Buffer
  readonly signature: Buffer
  /** What the client's algorithm says, for RSA only. */
  readonly hashAlgo?: string | undefined
}

/**
 * Whether the holder of `key` (`type base64`) signed this. RSA with SHA-1 is never good enough:
 * whoever calls has refused the algorithm `ssh-rsa` (RFC 8332).
 */
export function isSignedBy(key: string, signed: Signed): boolean {
  const [type = '', base64 = ''] = key.split(' ')
  if (type.startsWith('sk-')) return isSignedByToken(Buffer.from(base64, 'base64'), signed)
  const parsed = ssh2.utils.parseKey(key)
  if (parsed instanceof Error) return false
  // Typed as a boolean, but for a signature that is nonsense it answers an Error.
  const answer: unknown = parsed.verify(signed.blob, signed.signature, signed.hashAlgo)
  return answer === true
}

const userPresent = 0x01
const tailBytes = 5

/**
 * A FIDO token signs the hash of what it was given, with the name of the application, and tells
 * whether somebody touched it (OpenSSH's PROTOCOL.u2f). Untouched counts as unsigned, as in sshd.
 */
function isSignedByToken(keyBlob: Buffer, { blob, signature }: Signed): boolean {
  const fields = fieldsIn(keyBlob)
  const application = fields.at(-1)
  const point = fields.at(-2)
  if (!application || !point || signature.length <= tailBytes) return false
  const tail = signature.subarray(-tailBytes)
  if (((tail[0] ?? 0) & userPresent) === 0) return false
  const message = Buffer.concat([sha256(application), tail, sha256(blob)])
  const bare = signature.subarray(0, -tailBytes)
  return point.length === ed25519Bytes
    ? verify(null, message, ed25519Key(point), bare)
    : verify('sha256', message, nistp256Key(point), pointSignature(bare))
}

const sha256 = (bytes: Buffer) => hash('sha256', bytes, 'buffer')
const ed25519Bytes = 32
const coordinateBytes = 32

const ed25519Key = (point: Buffer) =>
  createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') },
  })

function nistp256Key(point: Buffer) {
  const x = point.subarray(1, 1 + coordinateBytes).toString('base64url')
  const y = point.subarray(1 + coordinateBytes).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } })
  return { key, dsaEncoding: 'ieee-p1363' } as const
}

/** Two `mpint`s of any length, as two numbers of 32 bytes. */
function pointSignature(bare: Buffer): Buffer {
  const numbers = fieldsIn(bare).map((mpint) => {
    const digits = mpint.subarray(Math.max(0, mpint.length - coordinateBytes))
    return Buffer.concat([Buffer.alloc(coordinateBytes - digits.length), digits])
  })
  return Buffer.concat(numbers)
}

/** The strings in SSH's encoding, each behind its length (RFC 4251 5), as far as they are whole. */
function fieldsIn(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = []
  let at = 0
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  return fields
}
