import type { Generated } from 'kysely'
import type { Flag } from './deployment-tables.ts'

/** The part of the data dictionary (`tables.ts`) that is about who acts: accounts, tokens, Apps. */

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
