/** What tokens are allowed on a repository (contract 7.2, 7.3 and 7.5). */
export type Group = {
  readonly what: string
  /** A route below the repository, and the status that shows that the caller was let in:
   * 422 where a body was read and found wrong, so that nothing changes. */
  readonly requests: Readonly<Record<string, number>>
  /**
   * Scopes of a token, and what becomes of its owner on a public and on a
   * private repository: its owner, a collaborator who may push, one who may
   * pull, and a stranger.
   */
  readonly rows: readonly (readonly [scopes: string, onPublic: string, onPrivate: string])[]
}

export const people = ['owner', 'pusher', 'reader', 'stranger'] as const

const names = `actions actions_variables administration checks contents deployments environments
  repository_hooks secrets statuses`.split(/\s+/)

/** What a fine-grained token is given, alone; one has all that no route of a repository asks for. */
export const singlePermissions = [
  'metadata=read',
  ...names.flatMap((name) => [`${name}=read`, `${name}=write`]),
  'issues=write,members=write,organization_hooks=write,pages=write,workflows=write',
] as const

/** Each asked of every route alone; `no scope` is a token without any. */
export const grants = [
  'no scope',
  'repo',
  'public_repo',
  'repo_deployment',
  'repo:status',
  'read:repo_hook',
  'write:repo_hook',
  'admin:repo_hook',
  'delete_repo',
  'user',
] as const

/** Their requests carry no token. */
export const anonymous = 'no token'
/** Every grant that the rows above it do not name. */
export const rest = 'all others'
/** Every single permission that the rows above it do not name. */
export const otherPermissions = 'other permissions'

type Place = { readonly visibility: 'public' | 'private'; readonly rest: string }

/** What becomes of each of the people with this grant. */
export function verdictsOf({ rows }: Group, grant: string, { visibility, rest }: Place): string[] {
  const named = rows.find(([names]) => names === grant || names.split(' ').includes(grant))
  const row = named ?? rows.find(([names]) => names === rest)
  return row?.[visibility === 'public' ? 1 : 2].trim().split(/\s+/) ?? []
}
