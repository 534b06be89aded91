import { z } from 'zod'
import { line } from '../http/text.ts'

const emailCharactersMax = 254
const nameCharactersMax = 255
const scopesMax = 100

/** `POST /admin/users`. */
export const newUser = z.object({
  login: z.string(),
  email: line(emailCharactersMax).nullish(),
  suspended: z.boolean().default(false),
})

/** `POST /admin/organizations`. */
export const newOrganization = z.object({
  login: z.string(),
  admin: z.string(),
  profile_name: line(nameCharactersMax).nullish(),
})

/** `PATCH /admin/users/{username}` and `PATCH /admin/organizations/{org}`. */
export const newLogin = z.object({ login: z.string() })

/** `POST /admin/users/{username}/authorizations`. */
export const impersonation = z.object({ scopes: z.array(z.string()).max(scopesMax) })
