import { z } from 'zod'
import type { Performer } from '../apps/model.ts'
import { environmentName } from '../environments/model.ts'
import { line, text } from '../http/text.ts'
import type { Owner } from '../repositories/model.ts'
import type { DeploymentRow, DeploymentStatusRow } from '../tables/deployments.ts'

export type { DeploymentState } from '../tables/deployments.ts'

/** An account, as far as it is shown; null once it is gone. */
export type Creator = Omit<Owner, 'email'> | null

/** Who made it, and the App through which they did. */
type Made = { readonly creator: Creator; readonly performer: Performer | null }

export type Deployment = DeploymentRow & Made
export type DeploymentStatus = DeploymentStatusRow & Made
/** Whoever a status or an event is by. */
export type Author = { readonly account: NonNullable<Creator>; readonly app_id: number | null }

const contextCharactersMax = 255
const taskCharactersMax = 255
const descriptionCharactersMax = 65_535
const contextsMax = 1000

/** An object or a string, and nothing that is copied: it is given back as it came (contract 1.5). */
const payload = z.unknown().check((context) => {
  const { value, issues } = context
  if (typeof value === 'string' || value === undefined) return
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  issues.push({ code: 'invalid_union', errors: [], input: value, path: [] })
})

/** Contract 1.4. Members that GitHub does not know are ignored. */
export const newDeployment = z.object({
  // What is no name of a ref is none that is there: git says so (contract 1.8).
  ref: z.string(),
  task: line(taskCharactersMax).default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(line(contextCharactersMax)).max(contextsMax).optional(),
  payload: payload.optional(),
  environment: environmentName.default('production'),
  description: text(descriptionCharactersMax).nullish(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
})
export type NewDeployment = z.infer<typeof newDeployment>

const targetCharactersMax = 255

/**
 * The part of its environment that a deployment is for, a region or a component: `target` in
 * its payload. Empty for the whole environment, and for what is no name.
 */
export function targetOf(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || !('target' in payload)) return ''
  const name = line(targetCharactersMax).safeParse(payload.target)
  return name.success ? name.data : ''
}

export const statusDescriptionCharactersMax = 140
const urlCharactersMax = 2048

const url = line(urlCharactersMax)
  .refine((value) => value === '' || /^https?:\/\/[^\s/]/i.test(value), {
    error: 'must use http(s) scheme',
  })
  .default('')

/** `waiting` is set by gates and cannot be asked for (contract 2.3). */
const state = z
  .string()
  .pipe(z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']))

/** Contract 2.3. An unset text is `""`, so that is what an empty one means as well. */
export const newDeploymentStatus = z.object({
  state,
  target_url: url,
  log_url: url,
  description: text(statusDescriptionCharactersMax).default(''),
  environment: z
    .string()
    .transform((name) => name || undefined)
    .pipe(environmentName.optional())
    .optional(),
  environment_url: url,
  auto_inactive: z.boolean().default(true),
})
export type NewDeploymentStatus = z.infer<typeof newDeploymentStatus>
