import { z } from 'zod'

const eventsMax = 20

const moment = z.iso
  .datetime({ offset: true, error: 'must be a time such as "2026-01-31T12:00:00Z"' })
  .transform((text) => new Date(text).toISOString())

/** What has ended in a way that more of the same can change; what is pending or held is sent anyway. */
const endStates = ['delivered', 'exhausted', 'expired'] as const

/** Which deliveries of a hook are sent again; unless asked, those that did not arrive. */
export const redeliveryRequest = z.strictObject({
  since: moment.default('1970-01-01T00:00:00.000Z'),
  until: moment.default('9999-12-31T23:59:59.999Z'),
  events: z
    .array(z.string().regex(/^[a-z][a-z_]{0,63}$/, { error: 'must be names of events' }))
    .max(eventsMax)
    .default([]),
  states: z.array(z.enum(endStates)).min(1).default(['exhausted', 'expired']),
  dry_run: z.boolean().default(false),
})

export type RedeliveryRequest = z.infer<typeof redeliveryRequest>
