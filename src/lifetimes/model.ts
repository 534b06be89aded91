import { z } from 'zod'
import { environmentName } from '../environments/model.ts'
import type { LifetimeRow } from '../tables/environments.ts'

const keepMax = 100_000
const daysMax = 3650
const transientHoursMax = 24 * 365

const upTo = (max: number) => z.int().min(1).max(max).nullable().default(null)

/** `PUT …/retention`: what it leaves out has no limit. */
export const lifetimeRequest = z.strictObject({
  /** So many of the newest deployments stay, however old. */
  keep: upTo(keepMax),
  /** What is younger stays, however many. */
  days: upTo(daysMax),
  /** A transient environment's deployment becomes inactive so long after its success. */
  transient_hours: upTo(transientHoursMax),
})

export type Lifetime = Pick<LifetimeRow, 'keep' | 'days' | 'transient_hours'>

export const unlimited: Lifetime = { keep: null, days: null, transient_hours: null }

const word = z.string().min(1).max(255)
const endedStates = ['error', 'failure', 'inactive', 'success'] as const

/** `POST …/deployments/delete`: every word narrows it, and it only counts unless told otherwise. */
export const bulkDeletion = z.strictObject({
  environment: environmentName.optional(),
  task: word.optional(),
  ref: word.optional(),
  state: z.enum(endedStates).optional(),
  created_before: z.iso.datetime({ offset: true }).optional(),
  dry_run: z.boolean().default(true),
})
export type BulkDeletion = z.infer<typeof bulkDeletion>
