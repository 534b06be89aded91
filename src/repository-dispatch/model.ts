import { z } from 'zod'
import { line } from '../http/text.ts'

/** GitHub's limits ("Create a repository dispatch event"). */
const eventTypeCharactersMax = 100
export const payloadKeysMax = 10
export const payloadBytesMax = 64 * 1024

/** What a client tells whoever listens; it means nothing to us. */
export const newDispatch = z.object({
  event_type: line(eventTypeCharactersMax).min(1, {
    error: 'is too short (minimum is 1 character)',
  }),
  client_payload: z.record(z.string(), z.unknown()).default({}),
})

export type NewDispatch = z.infer<typeof newDispatch>
