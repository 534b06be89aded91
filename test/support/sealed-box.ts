import sodium from 'libsodium-wrappers'

/** What a client makes of a value: libsodium's sealed box for a public key, both in base64. */
export async function sealedFor(publicKey: string, value: string | Buffer): Promise<string> {
  await sodium.ready
  const box = sodium.crypto_box_seal(Buffer.from(value), Buffer.from(publicKey, 'base64'))
  return Buffer.from(box).toString('base64')
}
