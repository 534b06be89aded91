import { z } from 'zod'
import { line } from '../http/text.ts'
import type { EnvironmentRow } from '../store/tables.ts'

export type Environment = EnvironmentRow

/** Contract 4.4. */
const nameCharactersMax = 255

/**
 * A name that somebody gives an environment. Names made from branches are all
 * fine: what is refused beyond control characters no branch may contain either,
 * and it would mean something else to a URL or a shell.
 */
export const environmentName = line(nameCharactersMax)
  .refine((name) => name.trim() !== '', { error: "can't be blank" })
  .refine((name) => !name.includes('..'), { error: 'may not contain ".."' })
  .refine((name) => !name.startsWith('-'), { error: 'may not start with "-"' })

/** Names ignore case when looked up and keep it when shown. */
export const environmentKeyOf = (name: string): string => name.toLowerCase()

const later = (value: string) =>
  `is not supported by this server yet; leave it out or send ${value}`

/**
 * `PUT …/environments/{name}` (contract 4.3). Protection rules do not exist yet,
 * so only their absence can be asked for: a rule that is taken and not kept
 * would protect nothing.
 */
export const environmentSettings = z.strictObject({
  wait_timer: z
    .int()
    .refine((minutes) => minutes === 0, { error: later('0') })
    .optional(),
  prevent_self_review: z
    .boolean()
    .refine((value) => !value, { error: later('false') })
    .optional(),
  reviewers: z
    .array(z.unknown())
    .max(0, { error: later('null') })
    .nullish(),
  deployment_branch_policy: z
    .object({})
    .nullish()
    .refine((policy) => !policy, { error: later('null') }),
  can_admins_bypass: z
    .boolean()
    .refine((value) => value, { error: later('true') })
    .optional(),
})
