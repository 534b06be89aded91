import type { Account } from '../accounts/model.ts'
import type { TokenRow } from '../tables/accounts.ts'
import type { AppRow } from '../tables/programs.ts'
import type { Permissions } from './permissions.ts'

/** Who is asking. */
export type Actor = AnonymousActor | AppActor | UserActor

/** Whoever has no token. A program may have said by its secret which one it is: that opens nothing (contract 7.1). */
type AnonymousActor = { readonly kind: 'anonymous'; readonly client_id?: string }

/** A GitHub App by its own signature (a JWT): good for what is about the App itself. */
export type AppActor = { readonly kind: 'app'; readonly app: AppRow }

/** Whoever acts by a token, a person or the bot of an App; or a person at the pages of this server. */
export type UserActor = {
  readonly kind: 'user'
  readonly account: Account
  /** Null at the pages: nothing goes with a token there. */
  readonly token_id: number | null
  readonly token_kind: TokenRow['kind'] | null
  /** As granted, normalised: what `X-OAuth-Scopes` says. */
  readonly granted: readonly string[]
  /** With everything they contain. None for tokens that have permissions instead. */
  readonly scopes: ReadonlySet<string>
  readonly expires_at: string | null
  /** Set where the token has permissions instead of scopes. */
  readonly limits: Limits | undefined
  /** The GitHub App that acts, for the account or as its own bot. */
  readonly app_id: number | null
}

/** A token that has permissions instead of scopes; what they are can differ from repository to repository. */
export type Limits = Pick<
  TokenRow,
  'permissions' | 'resource_owner_id' | 'repository_selection' | 'installation_id'
> & { readonly kind: 'fine-grained' | 'app-user' | 'installation' }

/** What a limited token may do at one repository; undefined where it reaches no more than is public. */
export type Grant = {
  readonly kind: Limits['kind']
  readonly permissions: Permissions | undefined
}

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
  /** What it takes of a token that has permissions: `X-Accepted-GitHub-Permissions`. */
  readonly permissions: string
  /** Answer 404 rather than 403 to those whose role does not suffice, as GitHub does for keys and hooks. */
  readonly hidden?: boolean
  /** May be done to an archived repository even though it is a change. */
  readonly archived?: boolean
}
