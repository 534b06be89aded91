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
