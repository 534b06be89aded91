import { z } from 'zod'
import type { Owner } from '../apps/model.ts'
import { line } from '../http/text.ts'
import type { InstallationRow } from '../tables/programs.ts'

/** An App on an account. */
export type Installation = InstallationRow & {
  readonly app_slug: string
  readonly client_id: string
  readonly account: Owner
  readonly suspender: Owner | null
}

const repositoriesMax = 500
const nameCharactersMax = 200

const permissions = z.record(z.string(), z.enum(['read', 'write', 'admin']))

/** How a token may be less than what it comes from (contract 7.8). */
export const narrowing = z.object({
  repositories: z.array(line(nameCharactersMax)).max(repositoriesMax).optional(),
  repository_ids: z.array(z.int()).max(repositoriesMax).optional(),
  permissions: permissions.optional(),
})
export type Narrowing = z.infer<typeof narrowing>

/** `POST /applications/{client_id}/token/scoped`. */
export const scoping = narrowing.extend({
  access_token: line(nameCharactersMax),
  target: line(nameCharactersMax).optional(),
  target_id: z.int().optional(),
})
