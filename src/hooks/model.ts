import { z } from 'zod'
import type { HookRow } from '../store/tables.ts'

/** A hook and what it listens to. */
export type Hook = HookRow & { readonly events: readonly string[] }

/** What stands for a secret in answers. Sent back, it means the secret that the hook has. */
export const secretMask = '********'

const eventsMax = 100
const secretCharactersMax = 4096

const flag = z
  .union([z.string(), z.number()])
  .refine((value) => ['0', '1'].includes(String(value)), { error: 'must be "0" or "1"' })
  .transform((value): 0 | 1 => (String(value) === '1' ? 1 : 0))

const secret = z
  .string()
  .max(secretCharactersMax, { error: `is too long (maximum is ${secretCharactersMax} characters)` })

/** All of it is optional here; that `url` is needed is said in GitHub's own words elsewhere. */
const config = z.object({
  url: z.string().optional(),
  content_type: z.enum(['form', 'json']).optional(),
  secret: secret.optional(),
  insecure_ssl: flag.optional(),
})

const eventName = z.string().regex(/^(\*|[a-z][a-z_]{0,63})$/, {
  error: 'must be names of events, such as "deployment", or "*"',
})
const events = z
  .array(eventName)
  .max(eventsMax, { error: `is too long (maximum is ${eventsMax} events)` })

/** Contract 6.2. GitHub's schema for this one is closed. */
export const newHook = z.strictObject({
  name: z.string().default('web'),
  config: config.default({}),
  events: events.default(['push']),
  active: z.boolean().default(true),
})

/** Contract 6.2: `config` and `events` replace, `add_events` and `remove_events` edit. */
export const hookEdit = z.object({
  config: config.optional(),
  events: events.optional(),
  add_events: events.default([]),
  remove_events: events.default([]),
  active: z.boolean().optional(),
})

/** `PATCH …/config`: what is absent stays. */
export const configEdit = config

export type NewHook = z.infer<typeof newHook>
export type HookEdit = z.infer<typeof hookEdit>
export type ConfigEdit = z.infer<typeof configEdit>
