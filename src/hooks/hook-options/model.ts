import { z } from 'zod'
import type { HookOptionsRow, HookRow } from '../../tables/hooks.ts'

type KeptOptions = Omit<HookOptionsRow, 'hook_id'>
export type HookOptions = KeptOptions & Pick<HookRow, 'format'>

/** A hook without a row of its own. */
export const noOptions: KeptOptions = {
  standard_webhooks: 0,
  previous_secret: null,
  previous_secret_until: null,
  client_certificate: null,
  client_key: null,
  timeout_seconds: null,
  rate_per_second: null,
}

const pemCharactersMax = 16_384
const secretCharactersMax = 4096
const graceHoursMax = 7 * 24
const timeoutSecondsMax = 30
const ratePerSecondMax = 1000

const tooLong = (max: number) => ({ error: `is too long (maximum is ${max} characters)` })
const within = (max: number) =>
  z
    .int()
    .min(1, { error: 'must be at least 1' })
    .max(max, { error: `must be at most ${max}` })
    .nullable()
    .optional()
const pem = z.string().max(pemCharactersMax, tooLong(pemCharactersMax)).nullable()

/** What is absent stays. A certificate comes with its key; null takes away what it is given for. */
export const optionsEdit = z.strictObject({
  format: z.enum(['github', 'cdevents'], { error: 'must be "github" or "cdevents"' }).optional(),
  standard_webhooks: z.boolean().optional(),
  client_certificate: pem.optional(),
  client_key: pem.optional(),
  timeout_seconds: within(timeoutSecondsMax),
  rate_per_second: within(ratePerSecondMax),
})

export const secretRotation = z.strictObject({
  secret: z
    .string()
    .min(1, { error: 'is too short (minimum is 1 character)' })
    .max(secretCharactersMax, tooLong(secretCharactersMax)),
  grace_hours: z
    .int()
    .min(0, { error: 'must be at least 0' })
    .max(graceHoursMax, { error: `must be at most ${graceHoursMax}` })
    .default(24),
})

export type OptionsEdit = z.infer<typeof optionsEdit>
export type SecretRotation = z.infer<typeof secretRotation>
