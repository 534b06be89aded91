import { hash } from 'node:crypto'
import type { Secret } from '../../lib/secret.ts'

const blockBytes = 64

/**
 * A hook's secret, ready to sign. HMAC is two hashes (RFC 2104), each over a block made of the key and
 * what follows it. Asked for at once they leave no objects of OpenSSL's behind, which cost a collector
 * of garbage more than hashing an ordinary event does.
 */
export class SigningKey {
  readonly #sha1: Hmac
  readonly #sha256: Hmac
  readonly #standard: Hmac

  constructor(secret: Secret) {
    const key = Buffer.from(secret.reveal())
    this.#sha1 = hmacWith('sha1', key)
    this.#sha256 = hmacWith('sha256', key)
    this.#standard = hmacWith('sha256', standardKeyOf(secret.reveal()))
  }

  /** GitHub's two signature headers over the raw bytes of a body (contract 6.6). */
  githubHeaders(body: Uint8Array): [string, string][] {
    return [
      ['X-Hub-Signature', `sha1=${this.#sha1([body]).toString('hex')}`],
      ['X-Hub-Signature-256', `sha256=${this.#sha256([body]).toString('hex')}`],
    ]
  }

  /** One signature of Standard Webhooks (https://www.standardwebhooks.com), over id, seconds and body. */
  standardSignature(id: string, seconds: number, body: Uint8Array): string {
    return `v1,${this.#standard([Buffer.from(`${id}.${seconds}.`), body]).toString('base64')}`
  }
}

type Hmac = (parts: readonly Uint8Array[]) => Buffer

function hmacWith(algorithm: 'sha1' | 'sha256', key: Buffer): Hmac {
  const short = key.length > blockBytes ? hash(algorithm, key, 'buffer') : key
  const block = Buffer.concat([short, Buffer.alloc(blockBytes - short.length)])
  const [inner, outer] = [block.map((byte) => byte ^ 0x36), block.map((byte) => byte ^ 0x5c)]
  const digest = (parts: readonly Uint8Array[]) => hash(algorithm, joined(parts), 'buffer')
  return (parts) => digest([outer, digest([inner, ...parts])])
}

/** For as long as something is hashed: to copy costs less than to ask for memory. */
const room = Buffer.allocUnsafe(64 * 1024)

function joined(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const whole = length <= room.length ? room.subarray(0, length) : Buffer.allocUnsafe(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The standard's own form of a secret is base64 after a prefix; any other is taken as its bytes. */
function standardKeyOf(secret: string): Buffer {
  const [, encoded] = secret.match(/^whsec_([A-Za-z\d+/]+={0,2})$/) ?? []
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64')
}
