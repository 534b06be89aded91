import { createHash, type Hash } from 'node:crypto'
import type { Secret } from '../../lib/secret.ts'

const blockBytes = 64

/**
 * A hook's secret, ready to sign. The two states that HMAC begins with (RFC 2104) depend on the key
 * alone: computed once, they save a third of what signing an ordinary event costs.
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
  const short = key.length > blockBytes ? createHash(algorithm).update(key).digest() : key
  const block = Buffer.concat([short, Buffer.alloc(blockBytes - short.length)])
  const begun = (pad: number) => createHash(algorithm).update(block.map((byte) => byte ^ pad))
  const [inner, outer] = [begun(0x36), begun(0x5c)]
  return (parts) => outer.copy().update(updated(inner.copy(), parts).digest()).digest()
}

function updated(hash: Hash, parts: readonly Uint8Array[]): Hash {
  for (const part of parts) hash.update(part)
  return hash
}

/** The standard's own form of a secret is base64 after a prefix; any other is taken as its bytes. */
function standardKeyOf(secret: string): Buffer {
  const [, encoded] = secret.match(/^whsec_([A-Za-z\d+/]+={0,2})$/) ?? []
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64')
}
