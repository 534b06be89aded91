import { blake2b } from 'blakejs'
import sodium from 'libsodium-wrappers'
import nacl from 'tweetnacl'

/** What a client makes of a value: libsodium's sealed box for a public key, both in base64. */
export async function sealedFor(publicKey: string, value: string | Buffer): Promise<string> {
  await sodium.ready
  const box = sodium.crypto_box_seal(Buffer.from(value), Buffer.from(publicKey, 'base64'))
  return Buffer.from(box).toString('base64')
}

type Pair = { readonly public_key: string; readonly private_key: string }

/** What is in a box, by others' code than the server's: libsodium's construction, put together from its parts. */
export function openedBy(pair: Pair, box: string): string | undefined {
  const [publicKey, privateKey] = [pair.public_key, pair.private_key].map((key) =>
    Uint8Array.from(Buffer.from(key, 'base64')),
  )
  if (!publicKey || !privateKey) return undefined
  const bytes = Uint8Array.from(Buffer.from(box, 'base64'))
  const ephemeral = bytes.subarray(0, nacl.box.publicKeyLength)
  const nonce = blake2b(Buffer.concat([ephemeral, publicKey]), undefined, nacl.box.nonceLength)
  const sealed = bytes.subarray(nacl.box.publicKeyLength)
  const opened = nacl.box.open(sealed, nonce, ephemeral, privateKey)
  return opened ? Buffer.from(opened).toString('utf8') : undefined
}
