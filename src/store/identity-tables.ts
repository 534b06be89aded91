import type { Generated } from 'kysely'
import type { Flag } from './deployment-tables.ts'

/** The part of the data dictionary (`tables.ts`) that is about who acts: accounts, tokens, Apps, sessions, and what people let programs do. */

/** Users, organisations and the bots of Apps: one sequence of ids, one name space, as on GitHub. */
export type AccountsTable = {
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

export type MembershipsTable = {
  organization_id: number
  account_id: number
  role: 'admin' | 'member'
}

export type TokensTable = {
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

export type TokenRepositoriesTable = {
  token_id: number
  repository_id: number
}

/** GitHub Apps. */
export type AppsTable = {
  id: Generated<number>
  owner_id: number
  /** The account that the App itself acts as. */
  bot_id: number
  slug: string
  name: string
  name_key: string
  description: string | null
  external_url: string
  /** JSON list. */
  callback_urls: string
  setup_url: string | null
  /** 0: only its owner may install it. */
  public: Flag
  device_flow: Flag
  client_id: string
  client_secret_hash: string | null
  /** JSON: what an installation is asked for. */
  permissions: string
  /** JSON list: what its hook listens to. */
  events: string
  created_at: string
  updated_at: string
}

/** Public halves only: the private key is handed out once. */
export type AppKeysTable = {
  id: Generated<number>
  app_id: number
  /** SPKI, PEM. */
  public_key: string
  /** `SHA256:…` of the DER. */
  fingerprint: string
  created_at: string
}

/** Apps that are to be registered, each by a code that works once. */
export type AppManifestsTable = {
  id: Generated<number>
  /** SHA-256, hex. */
  code_hash: string
  owner_id: number
  /** JSON, as parsed. */
  manifest: string
  expires_at: string
}

/** An App on an account. */
export type InstallationsTable = {
  id: Generated<number>
  app_id: number
  account_id: number
  /** `selected`: those in `installation_repositories` alone. */
  repository_selection: 'all' | 'selected'
  /** JSON, as granted. */
  permissions: string
  /** JSON list. */
  events: string
  suspended_at: string | null
  suspended_by_id: number | null
  created_at: string
  updated_at: string
}

export type InstallationRepositoriesTable = {
  installation_id: number
  repository_id: number
}

export type OauthAppsTable = {
  id: Generated<number>
  /** Null for those that come with the server. */
  owner_id: number | null
  name: string
  url: string
  description: string | null
  callback_url: string
  client_id: string
  /** Null for a public client: device flow and PKCE only. */
  client_secret_hash: string | null
  device_flow: Flag
  created_at: string
  updated_at: string
}

/** A browser that somebody signed in with. */
export type SessionsTable = {
  id: Generated<number>
  account_id: number
  /** SHA-256 of what the browser's cookie holds, hex. */
  hash: string
  /** Where it was started, for the person to recognise. */
  address: string
  user_agent: string
  created_at: string
  last_seen_at: string
  expires_at: string
}

/** How often somebody tried something within a window that ends. */
export type TriesTable = {
  /** What is counted and for whom: `sign-in octo`. */
  subject: string
  count: number
  ends_at: string
}

/** The program that a person lets act for them: one of the two is set. */
type OfClient = {
  oauth_app_id: number | null
  app_id: number | null
}

/** Everything that a person ever let a program do, whatever became of the tokens. */
export type OauthGrantsTable = OfClient & {
  id: Generated<number>
  account_id: number
  scopes: string
  created_at: string
  updated_at: string
}

/** What a browser carries back to a program, which then trades it for a token. */
export type OauthCodesTable = OfClient & {
  id: Generated<number>
  account_id: number
  /** SHA-256 of the code, hex. */
  hash: string
  scopes: string
  /** As the program asked for it; null where it left it to the registered one. */
  redirect_uri: string | null
  /** PKCE, S256. */
  code_challenge: string | null
  created_at: string
  used_at: Generated<string | null>
  /** What it was traded for: a second use takes it back. */
  token_id: Generated<number | null>
}

export type DeviceCodesTable = OfClient & {
  id: Generated<number>
  /** SHA-256 of what the device holds, hex. */
  hash: string
  /** What the person types: `WDJB-MJHT`. */
  user_code: string
  scopes: string
  state: 'pending' | 'authorized' | 'denied' | 'used'
  /** Who authorised it. */
  account_id: Generated<number | null>
  interval_seconds: number
  last_polled_at: Generated<string | null>
  created_at: string
  expires_at: string
}
