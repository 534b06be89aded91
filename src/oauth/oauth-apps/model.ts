import { hash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Problem } from '../../lib/problem.ts'
import { isSameText, Secret } from '../../lib/secret.ts'
import type { AppRow, OauthAppRow } from '../../tables/programs.ts'

/** A program that people may let act for them: an OAuth app, or a GitHub App with its own permissions. */
export type Client = {
  readonly kind: 'oauth-app' | 'github-app'
  readonly client_id: string
  readonly name: string
  readonly url: string
  readonly description: string | null
  /** Where it may send a browser back to, or below. */
  readonly callback_urls: readonly string[]
  readonly device_flow: boolean
  /** Null for a public client, which can keep no secret: a program on people's own machines. */
  readonly client_secret_hash: string | null
  /** JSON, of a GitHub App. */
  readonly permissions: string | null
  /** Null for what comes with the server. */
  readonly owner_id: number | null
  readonly oauth_app_id: number | null
  readonly app_id: number | null
}

/** The columns that say whose a grant, a code or a token is. */
export const clientColumns = ({ oauth_app_id, app_id }: Client): ClientColumns => ({
  oauth_app_id,
  app_id,
})

export type ClientColumns = Pick<Client, 'oauth_app_id' | 'app_id'>

/** The condition on them, in a query of one table: the one that is null equals nothing. */
export const isOfClient = ({ oauth_app_id, app_id }: ClientColumns) =>
  sql<boolean>`(oauth_app_id = ${oauth_app_id} or app_id = ${app_id})`

/** Where `gh` listens for every host but github.com: what comes without a secret runs on the person's own machine. */
const loopback = 'http://localhost/'

export const clientOfOauthApp = (row: OauthAppRow): Client => ({
  ...row,
  kind: 'oauth-app',
  callback_urls:
    row.client_secret_hash === null ? [row.callback_url, loopback] : [row.callback_url],
  device_flow: row.device_flow === 1,
  permissions: null,
  oauth_app_id: row.id,
  app_id: null,
})

export const clientOfApp = (row: AppRow): Client => ({
  ...row,
  kind: 'github-app',
  url: row.external_url,
  callback_urls: JSON.parse(row.callback_urls) as string[],
  device_flow: row.device_flow === 1,
  oauth_app_id: null,
  app_id: row.id,
})

/** As long and as random as GitHub's, and never one of GitHub's. */
export const newClientId = () => randomBytes(10).toString('hex')
export const newClientSecret = () => new Secret(randomBytes(20).toString('hex'))

/** What is stored of a client's secret. It is 160 random bits, so a plain hash will do. */
export const clientSecretHash = (secret: string): string => hash('sha256', secret, 'hex')

/** Never true of a public client: it has no secret to know. */
export function isClientSecret({ client_secret_hash }: Client, secret: string): boolean {
  return client_secret_hash !== null && isSameText(client_secret_hash, clientSecretHash(secret))
}

const urlCharactersMax = 2048

/** Throws `invalid` for what a browser cannot be sent back to. */
export function checkCallbackUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  const isPlain = url?.hash === '' && url.username === '' && url.password === ''
  if (isWeb && isPlain && text.length <= urlCharactersMax) return
  throw new Problem(
    'invalid',
    `"${text.slice(0, 100)}" cannot be a callback: use an http or https address without # and user`,
  )
}
