import { z } from 'zod'
import { httpUrl, line } from '../http/text.ts'

const nameCharactersMax = 100
const descriptionCharactersMax = 350
const homepageCharactersMax = 255

/** GitHub turns other characters into hyphens; we would rather ask than guess. */
export const repositoryName = z
  .string()
  .max(nameCharactersMax, { error: `is too long (maximum is ${nameCharactersMax} characters)` })
  .regex(/^[\w.-]+$/, { error: 'may only have letters, digits, ".", "-" and "_"' })
  .refine((name) => !/^\.{1,2}$|\.git$/i.test(name), {
    error: 'may not be "." or "..", nor end with ".git"',
  })

/** What the owner may say of a repository, on creating and on changing it. Absent is "leave it"; empty is "nothing". */
export const aboutFields = {
  description: line(descriptionCharactersMax).nullish().transform(emptyToNull),
  homepage: line(homepageCharactersMax)
    .refine((text) => text === '' || httpUrl().safeParse(text).success, {
      error: 'must use http(s) scheme',
    })
    .nullish()
    .transform(emptyToNull),
  private: z.boolean().optional(),
  /** Wins over `private`. */
  visibility: z.enum(['public', 'private']).optional(),
}

function emptyToNull(text: string | null | undefined): string | null | undefined {
  return text === '' ? null : text
}

type Asked = { private?: boolean | undefined; visibility?: 'public' | 'private' | undefined }

/** Undefined where nothing was asked. */
export const privacyOf = (asked: Asked): boolean | undefined =>
  asked.visibility === undefined ? asked.private : asked.visibility === 'private'
