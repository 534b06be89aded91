import { z } from 'zod'
import { type Audience, audience, type Holder } from '../holders/model.ts'

/** Of one secret's value, and of one variable's (contract 5.3). */
export const valueBytesMax = 48 * 1024

const sealedCharactersMax = 2 * valueBytesMax

/** `PUT …/secrets/{name}` (contract 5.1); GitHub's pattern for base64. */
export const sealedSecret = z.object({
  encrypted_value: z
    .string()
    .max(sealedCharactersMax, { error: `is too long (maximum is ${valueBytesMax} bytes)` })
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
      error: 'must be base64',
    }),
  key_id: z.string(),
})

/** `PUT /orgs/{org}/actions/secrets/{name}`. */
export const sharedSecret = sealedSecret.extend(audience.shape)

export type SealedSecret = z.infer<typeof sealedSecret> & Partial<Audience>

/** What a secret's value is sealed for: it opens nowhere else. */
export const valueContextOf = ({ kind, id }: Holder, name: string): string =>
  `secret ${name} of ${kind} ${id}`

/** What the private half of a key pair is sealed for. */
export const privateKeyContextOf = ({ kind, id }: Holder): string => `key pair of ${kind} ${id}`
