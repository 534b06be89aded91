import type { Account } from '../accounts/model.ts'

/** Who is asking. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly account: Account
      readonly token_id: number
      /** As granted, normalised: what `X-OAuth-Scopes` says. */
      readonly granted: readonly string[]
      /** With everything they contain. */
      readonly scopes: ReadonlySet<string>
      readonly expires_at: string | null
    }

export type UserActor = Extract<Actor, { kind: 'user' }>

export type Permission = 'pull' | 'push' | 'admin'

/** What an operation on a repository asks of whoever calls it (contract 7.2 and 7.3). */
export type Access = {
  /** The role in the repository. */
  readonly role: Permission
  /** On a private repository, one of these scopes. */
  readonly privateScopes: readonly string[]
  /** On a public one, one of these; an empty list asks for none. */
  readonly publicScopes: readonly string[]
  /** `X-Accepted-OAuth-Scopes`, as recorded from GitHub. */
  readonly accepted: string
  /** Answer 404 rather than 403 to those whose role does not suffice, as GitHub does for keys and hooks. */
  readonly hidden?: boolean
  /** May be done to an archived repository even though it is a change. */
  readonly archived?: boolean
}
