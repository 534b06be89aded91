import { z } from 'zod'
import { httpUrl, line, text } from '../http/text.ts'

export const nameCharactersMax = 100
const descriptionCharactersMax = 10_000
const callbacksMax = 10
const eventsMax = 100
const eventCharactersMax = 64

const url = httpUrl()

/** What a GitHub App is to be (GitHub: "Registering a GitHub App from a manifest"). */
export const appManifest = z.object({
  /** GitHub asks the person for one where there is none. */
  name: line(nameCharactersMax).default(''),
  /** The App's own page; empty where it has none. */
  url: z.union([z.literal(''), url]),
  hook_attributes: z.object({ url, active: z.boolean().default(true) }).optional(),
  redirect_url: url.optional(),
  callback_urls: z.array(url).max(callbacksMax).default([]),
  setup_url: url.nullish(),
  description: text(descriptionCharactersMax).nullish(),
  public: z.boolean().default(false),
  default_events: z.array(line(eventCharactersMax)).max(eventsMax).default([]),
  default_permissions: z.record(z.string(), z.string()).default({}),
  device_flow: z.boolean().default(false),
})
export type AppManifest = z.infer<typeof appManifest>
