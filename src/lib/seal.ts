import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Seals text for storage, with a key that is not in the database. */
export type Seal = {
  /** `context` says what the text belongs to; the same must be given to open it. */
  seal(text: string, context: string): string
  /** Throws when the text was sealed with another key, for another context, or was changed. */
  open(sealed: string, context: string): string
}

export const sealKeyBytes = 32
const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM; the context is authenticated with the text, so that sealed values cannot be swapped between rows. */
export function sealWith(key: Buffer): Seal {
  return {
    seal(text, context) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      return (
        decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') +
        decipher.final('utf8')
      )
    },
  }
}
