import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

/** Users, organisations and the bots of Apps: one sequence of ids, one name space, as on GitHub. */
type AccountsTable = {
  id: Generated<number>
  /** Of a bot: `slug[bot]`, which nobody can register. */
  login: string
  login_key: string
  type: 'User' | 'Organization' | 'Bot'
  name: string | null
  email: string | null
  /** argon2id, or null for who cannot sign in by password. */
  password_hash: string | null
  site_admin: Flag
  created_at: string
  updated_at: string
  /** Their tokens do nothing from then on; null for who may come in. */
  suspended_at: Generated<string | null>
}

type MembershipsTable = {
  organization_id: number
  account_id: number
  role: 'admin' | 'member'
  /** Everybody may see it. */
  is_public: Generated<0 | 1>
}

type TokensTable = {
  id: Generated<number>
  /** Whose token it is: a user, or the bot of an App for a token of an installation. */
  account_id: number
  kind: Generated<'personal' | 'fine-grained' | 'oauth' | 'app-user' | 'installation'>
  /** SHA-256 of the token, hex. The token itself is shown once and kept nowhere. */
  hash: string
  last_eight: string
  /** Normalised scopes, separated by `, `; empty for a token that has permissions instead. */
  scopes: string
  note: string
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  /** From where, and by which way: GitHub's API, or git over HTTP. Null as long as it is not known. */
  last_used_address: Generated<string | null>
  last_used_over: Generated<'api' | 'git' | null>
  /** JSON, `{"deployments":"write"}`: of fine-grained tokens and of installations'. */
  permissions: Generated<string | null>
  /** Whose repositories a fine-grained token is for. */
  resource_owner_id: Generated<number | null>
  /** `selected`: those in `token_repositories` alone. */
  repository_selection: Generated<'all' | 'selected' | null>
  /** The GitHub App it was issued to. */
  app_id: Generated<number | null>
  installation_id: Generated<number | null>
  oauth_app_id: Generated<number | null>
  /** 1 for one that a site administrator made, to act for the account. */
  impersonation: Generated<Flag>
  /** SHA-256 of what renews an App user's token, hex. */
  refresh_hash: Generated<string | null>
  refresh_expires_at: Generated<string | null>
}

type TokenRepositoriesTable = {
  token_id: number
  repository_id: number
}

/** A browser that somebody signed in with. */
type SessionsTable = {
  id: Generated<number>
  account_id: number
  /** SHA-256 of what the browser's cookie holds, hex. */
  hash: string
  /** Where it was started, for the person to recognise. */
  address: string
  user_agent: string
  /** How it was started: with a password of ours, or at the OpenID Connect provider. */
  method: Generated<'password' | 'openid'>
  created_at: string
  last_seen_at: string
  expires_at: string
  /** Null while that is where it was started. */
  last_seen_address: Generated<string | null>
}

/** Who an account's owner is at an OpenID Connect provider. */
type IdentitiesTable = {
  id: Generated<number>
  account_id: number
  issuer: string
  /** With the issuer, who it is for good. */
  subject: string
  /** What they were called there when it was linked, for people to recognise. */
  name: string
  /** 1 where the account administers the site because of a group there, and no longer without it. */
  grants_admin: Flag
  created_at: string
}

/** A browser that is on its way to the provider, and may come back once. */
type SignInFlowsTable = {
  /** HMAC-SHA-256 of the flow's state by what its browser alone knows. */
  hash: string
  /** Who is to be linked; null for whoever is to be signed in. */
  account_id: number | null
  return_to: string
  ends_at: string
}

/** How often somebody tried something within a window that ends. */
type TriesTable = {
  /** What is counted and for whom: `sign-in octo`. */
  subject: string
  count: number
  ends_at: string
}

/** Who acts: users and organisations, their tokens, their sessions. */
export type AccountTables = {
  accounts: AccountsTable
  memberships: MembershipsTable
  tokens: TokensTable
  token_repositories: TokenRepositoriesTable
  sessions: SessionsTable
  identities: IdentitiesTable
  sign_in_flows: SignInFlowsTable
  tries: TriesTable
}

export type AccountRow = Selectable<AccountsTable>
export type TokenRow = Selectable<TokensTable>
export type SessionRow = Selectable<SessionsTable>
export type IdentityRow = Selectable<IdentitiesTable>
export type SignInFlowRow = Selectable<SignInFlowsTable>
export type TryRow = Selectable<TriesTable>
