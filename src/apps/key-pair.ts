import { createHash, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../lib/secret.ts'

const bits = 2048
const generate = promisify(generateKeyPair)

/** What an App signs its JWTs with, as GitHub hands it out (PKCS #1), and what of it is kept. */
export async function newKeyPair() {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: bits })
  const digest = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' }))
  return {
    privateKey: new Secret(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: `SHA256:${digest.digest('base64')}`,
  }
}

export type KeyPair = Awaited<ReturnType<typeof newKeyPair>>
