import type { AuditEntryRow, Who } from '../tables/events.ts'

/** What was done, to what. Never a secret: not in `before`, not in `after`. */
export type AuditLine = {
  /** `environment.update`: a noun of GitHub's and a verb. */
  readonly action: string
  readonly repository_id?: number
  /** Whose affair it was, where it was about no repository. */
  readonly owner_id?: number
  readonly environment?: string
  /** In words: `deployment 42`. */
  readonly subject?: string
  readonly before?: object
  readonly after?: object
  /** Why it was not done. */
  readonly refusal?: string
}

/**
 * What pages show and no event tells everybody of who may see it. An environment is made with its first
 * deployment, or with its rules: those are told.
 */
const silent =
  /^(?!environment\.create$)(branch_policy|branch_protection|environment|freeze|hook|lock|pin|protection_rule|retention|review|secret|variable)\./

export const isSilent = ({ action, refusal }: AuditLine): boolean =>
  refusal === undefined && silent.test(action)

const nobody: Who = {
  actor_kind: 'anonymous',
  actor: null,
  actor_id: null,
  token_kind: null,
  token_id: null,
  app_id: null,
  address: null,
  user_agent: null,
  request_id: null,
}

/** What happens by itself, when its time has come. */
export const system: Who = { ...nobody, actor_kind: 'system' }
/** Whoever runs commands on the server's machine. */
export const operator: Who = { ...nobody, actor_kind: 'operator' }

type Asker =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly account: { readonly id: number; readonly login: string }
      readonly token_kind: string | null
      readonly token_id: number | null
      readonly app_id: number | null
    }
  | { readonly kind: 'app'; readonly app: { readonly id: number; readonly slug: string } }

export type Origin = Pick<Who, 'address' | 'user_agent' | 'request_id'>

const userAgentCharactersMax = 255

/** Who asks, and from where. */
export function whoOf(asker: Asker, { address, user_agent, request_id }: Origin): Who {
  const origin = {
    address,
    user_agent: user_agent?.slice(0, userAgentCharactersMax).replaceAll('\0', '') ?? null,
    request_id,
  }
  switch (asker.kind) {
    case 'anonymous':
      return { ...nobody, ...origin }
    case 'app': {
      const { id, slug } = asker.app
      return { ...nobody, ...origin, actor_kind: 'app', actor: slug, app_id: id, token_kind: 'jwt' }
    }
    case 'user': {
      const { account, token_kind, token_id, app_id } = asker
      const { id: actor_id, login: actor } = account
      return { actor_kind: 'user', actor, actor_id, token_kind, token_id, app_id, ...origin }
    }
  }
}

/** An entry as it is shown, exported and hashed: in this order. */
export function entryOf(row: AuditEntryRow) {
  return {
    id: row.id,
    created_at: row.created_at,
    action: row.action,
    actor: { kind: row.actor_kind, id: row.actor_id, login: row.actor },
    token: row.token_kind === null ? null : { kind: row.token_kind, id: row.token_id },
    app_id: row.app_id,
    address: row.address,
    user_agent: row.user_agent,
    request_id: row.request_id,
    owner_id: row.owner_id,
    repository_id: row.repository_id,
    repository: row.repository,
    environment: row.environment,
    subject: row.subject,
    refusal: row.refusal,
    before: parsed(row.before),
    after: parsed(row.after),
  }
}

export type AuditEntry = ReturnType<typeof entryOf>

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json))
