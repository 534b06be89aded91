import { z } from 'zod'
import { line } from '../http/text.ts'

export type RequiredCheck = { readonly context: string; readonly app_id: number | null }

/** What protects a branch. */
export type BranchProtection = {
  readonly branch: string
  readonly enforce_admins: boolean
  /** Null where none are required, which is not the same as requiring an empty list. */
  readonly required_status_checks: {
    readonly strict: boolean
    readonly checks: readonly RequiredCheck[]
  } | null
}

const checksMax = 100
const contextCharactersMax = 255
const context = line(contextCharactersMax)
const fewChecks = { error: `may have at most ${checksMax} entries` }

const later = (instead: string) => `is not supported by this server yet; ${instead}`
const mustBeOff = z
  .boolean()
  .nullish()
  .refine((value) => !value, { error: later('leave it out or send false') })
const mustBeNull = z
  .object({})
  .nullable()
  .refine((value) => value === null, { error: later('send null') })

/**
 * `PUT …/branches/{branch}/protection`. Only status checks can be asked for: a
 * restriction that is taken and not kept would protect nothing.
 */
export const branchProtectionSettings = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean().default(false),
      contexts: z.array(context).max(checksMax, fewChecks).default([]),
      checks: z
        .array(z.object({ context, app_id: z.int().nullish() }))
        .max(checksMax, fewChecks)
        .optional(),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: mustBeNull,
  restrictions: mustBeNull,
  required_linear_history: mustBeOff,
  required_conversation_resolution: mustBeOff,
  block_creations: mustBeOff,
  lock_branch: mustBeOff,
})

/** The protection that settings ask for. `checks` wins over `contexts`; an App of -1 is any. */
export function protectionOf(
  branch: string,
  settings: z.infer<typeof branchProtectionSettings>,
): BranchProtection {
  const enforce_admins = settings.enforce_admins === true
  const wanted = settings.required_status_checks
  if (!wanted) return { branch, enforce_admins, required_status_checks: null }
  const asked = wanted.checks ?? wanted.contexts.map((context) => ({ context, app_id: null }))
  const checks = new Map(asked.map(({ context, app_id }) => [context, appOf(app_id)]))
  return {
    branch,
    enforce_admins,
    required_status_checks: {
      strict: wanted.strict,
      checks: [...checks].map(([context, app_id]) => ({ context, app_id })),
    },
  }
}

const appOf = (id: number | null | undefined) => (id === undefined || id === -1 ? null : id)
