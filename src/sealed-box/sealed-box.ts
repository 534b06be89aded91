/** A Curve25519 pair, both halves in base64. */
export type KeyPair = { readonly public_key: string; readonly private_key: string }

export async function newKeyPair(): Promise<KeyPair> {
  const sodium = await loadSodium()
  const { publicKey, privateKey } = sodium.crypto_box_keypair()
  return { public_key: base64(publicKey), private_key: base64(privateKey) }
}

/** What only whoever has the private half can read: libsodium's `crypto_box_seal`, in base64. Throws for what is no public key. */
export async function sealBox(value: Buffer, public_key: string): Promise<string> {
  const sodium = await loadSodium()
  return base64(sodium.crypto_box_seal(value, bytes(public_key)))
}

/** What was put into the box (libsodium's `crypto_box_seal`, in base64); undefined when it was not made for this pair. */
export async function openSealedBox(box: string, pair: KeyPair): Promise<Buffer | undefined> {
  const sodium = await loadSodium()
  try {
    const [publicKey, privateKey] = [bytes(pair.public_key), bytes(pair.private_key)]
    return Buffer.from(sodium.crypto_box_seal_open(bytes(box), publicKey, privateKey))
  } catch {
    // libsodium throws for what is too short, was changed, or was made for another key.
    return undefined
  }
}

const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')
const bytes = (text: string) => Buffer.from(text, 'base64')

/** Loaded by those who have secrets: it is compiled and takes memory of its own. */
async function loadSodium() {
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  return sodium
}
