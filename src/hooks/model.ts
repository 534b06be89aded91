import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import type { HookTarget } from '../delivery/deliveries/model.ts'
import type { Repository } from '../repositories/model.ts'
import type { Query } from '../store/query.ts'
import type { HookRow } from '../tables/hooks.ts'
import type { AppRow } from '../tables/programs.ts'

/** A hook and what it listens to. */
export type Hook = HookRow & { readonly events: readonly string[] }

/** Whose hooks. A GitHub App has one at most. */
export type Holder = HookTarget &
  (
    | { readonly type: 'repository'; readonly repository: Repository }
    | { readonly type: 'organization'; readonly organization: Account }
    | { readonly type: 'integration'; readonly app: AppRow }
  )

export const holderOfRepository = (repository: Repository): Holder => ({
  type: 'repository',
  id: repository.id,
  repository,
})

export const holderOfOrganization = (organization: Account): Holder => ({
  type: 'organization',
  id: organization.id,
  organization,
})

export const holderOfApp = (app: AppRow): Holder => ({ type: 'integration', id: app.id, app })

const columnOf = {
  repository: 'repository_id',
  organization: 'organization_id',
  integration: 'app_id',
} as const
type HolderColumn = (typeof columnOf)[Holder['type']]

/** A holder in the columns of a row. */
export const heldBy = ({ type, id }: HookTarget): Record<HolderColumn, number | null> => ({
  repository_id: null,
  organization_id: null,
  app_id: null,
  [columnOf[type]]: id,
})

/** The query for a kind of holder; one is made for each, since a query's columns are no parameters. */
export function queryByHolder<P extends object, R>(
  make: (column: HolderColumn) => Query<P, R>,
): (holder: HookTarget) => Query<P, R> {
  const made = {
    repository: make(columnOf.repository),
    organization: make(columnOf.organization),
    integration: make(columnOf.integration),
  }
  return ({ type }) => made[type]
}

/** A transaction about a holder's hooks: one after another, so that limits and duplicates are seen. */
export const lockOf = ({ type, id }: HookTarget): number =>
  // Others than repositories have numbers of their own, which must not be taken for a repository's.
  type === 'repository' ? id : -id

/** Whose affair it is, in events and in the audit log. */
export const aboutOf = (holder: Holder) => {
  if (holder.type === 'repository') return { repository_id: holder.id }
  return { owner_id: holder.type === 'organization' ? holder.id : holder.app.owner_id }
}

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
