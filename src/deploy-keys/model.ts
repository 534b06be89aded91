import { z } from 'zod'
import { line } from '../http/text.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'

const titleCharactersMax = 255
/** Room for the largest RSA key there is a use for, and its comment. */
const keyCharactersMax = 16_384

/** Contract 3.1. */
export const newDeployKey = z.object({
  key: z
    .string()
    .max(keyCharactersMax, { error: `is too long (maximum is ${keyCharactersMax} characters)` }),
  title: line(titleCharactersMax).optional(),
  read_only: z.boolean().default(false),
})

/** With the login of whoever added it, null once that account is gone. */
export type DeployKey = DeployKeyRow & { readonly added_by: string | null }

/** The title of a key that came without one: its comment, or else which key it is. */
export function titleOf(comment: string, fingerprint: string): string {
  const title = comment.replace(/\p{Cc}+/gu, ' ').trim()
  return title.slice(0, titleCharactersMax).toWellFormed() || `Deploy key ${fingerprint}`
}
