import { createHmac } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'

/** GitHub's two signature headers over the raw bytes of a body (contract 6.6). */
export function signatureHeadersOf(secret: Secret, body: Uint8Array): [string, string][] {
  return [
    ['X-Hub-Signature', `sha1=${hmacOf('sha1', secret, body)}`],
    ['X-Hub-Signature-256', `sha256=${hmacOf('sha256', secret, body)}`],
  ]
}

const hmacOf = (algorithm: 'sha1' | 'sha256', secret: Secret, body: Uint8Array) =>
  createHmac(algorithm, secret.reveal()).update(body).digest('hex')
