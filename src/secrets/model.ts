import { z } from 'zod'
import { type Audience, audience, type Holder, selectedMax } from '../holders/model.ts'

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

/** GitHub's description takes these as text as well, for secrets alone. */
const repositoryId = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

/** `PUT /orgs/{org}/actions/secrets/{name}`: without a value it is about who sees the one that is there. */
export const sharedSecret = sealedSecret.partial().extend({
  visibility: audience.shape.visibility,
  selected_repository_ids: z.array(repositoryId).max(selectedMax).optional(),
})

export type SealedSecret = z.infer<typeof sealedSecret> & Partial<Audience>

/** What a secret's value is sealed for: it opens nowhere else. */
export const valueContextOf = ({ kind, id }: Holder, name: string): string =>
  `secret ${name} of ${kind} ${id}`

/** What the private half of a key pair is sealed for. */
export const privateKeyContextOf = ({ kind, id }: Holder): string => `key pair of ${kind} ${id}`
