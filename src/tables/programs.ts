import type { Generated, Selectable } from 'kysely'
import type { Flag } from './flag.ts'

/** The program that a person lets act for them: one of the two is set. */
type OfClient = {
  oauth_app_id: number | null
  app_id: number | null
}

/** GitHub Apps. */
type AppsTable = {
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
type AppKeysTable = {
  id: Generated<number>
  app_id: number
  /** SPKI, PEM. */
  public_key: string
  /** `SHA256:…` of the DER. */
  fingerprint: string
  created_at: string
}

/** Apps that are to be registered, each by a code that works once. */
type AppManifestsTable = {
  id: Generated<number>
  /** SHA-256, hex. */
  code_hash: string
  owner_id: number
  /** JSON, as parsed. */
  manifest: string
  expires_at: string
}

/** An App on an account. */
type InstallationsTable = {
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

type InstallationRepositoriesTable = {
  installation_id: number
  repository_id: number
}

type OauthAppsTable = {
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

/** Everything that a person ever let a program do, whatever became of the tokens. */
type OauthGrantsTable = OfClient & {
  id: Generated<number>
  account_id: number
  scopes: string
  created_at: string
  updated_at: string
}

/** What a browser carries back to a program, which then trades it for a token. */
type OauthCodesTable = OfClient & {
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

type DeviceCodesTable = OfClient & {
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

/** Programs that act for people: Apps and where they are installed, OAuth applications and what people let them do. */
export type ProgramTables = {
  apps: AppsTable
  app_keys: AppKeysTable
  app_manifests: AppManifestsTable
  installations: InstallationsTable
  installation_repositories: InstallationRepositoriesTable
  oauth_apps: OauthAppsTable
  oauth_grants: OauthGrantsTable
  oauth_codes: OauthCodesTable
  device_codes: DeviceCodesTable
}

export type AppRow = Selectable<AppsTable>
export type AppKeyRow = Selectable<AppKeysTable>
export type InstallationRow = Selectable<InstallationsTable>
export type OauthAppRow = Selectable<OauthAppsTable>
export type OauthGrantRow = Selectable<OauthGrantsTable>
export type OauthCodeRow = Selectable<OauthCodesTable>
export type DeviceCodeRow = Selectable<DeviceCodesTable>
