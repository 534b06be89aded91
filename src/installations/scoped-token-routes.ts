import type { components } from '@octokit/openapi-types'
import { findAccount, findAccountById } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { simpleUser } from '../accounts/payload.ts'
import { findClient } from '../apps/apps.ts'
import type { GitHubApp } from '../apps/model.ts'
import { tokenByHash } from '../auth/queries.ts'
import type { Call, Route } from '../auth/route.ts'
import { tokenHash } from '../auth/token-text.ts'
import { issueToken } from '../auth/tokens.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { Db } from '../store/engine.ts'
import type { TokenRow } from '../tables/accounts.ts'
import { findInstallationOn } from './installations.ts'
import { type Installation, scoping } from './model.ts'
import { narrow } from './narrow.ts'
import { repositoriesUrlOf, shownPermissions } from './payload.ts'

export const scopedTokenRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/applications/:client_id/token/scoped',
    accepted: '',
    isForClients: true,
    docs: 'https://docs.github.com/rest/apps/apps#create-a-scoped-access-token',
    handler: postScopedToken,
  },
]

/** A user's token for one account, and for less, so that it can be handed on. */
async function postScopedToken({ app, params, headers, body, urls }: Call): Promise<Answer> {
  const { read } = app.store
  const client = await findClient(read, headers)
  if (client.client_id !== params['client_id']) throw notFound()
  const { access_token, target, target_id, ...asked } = parseBody(body, scoping, 'AccessToken')
  const before = await findUserToken(read, client, access_token, app.now())
  const account = await findTarget(read, { target, target_id })
  const installation = await findInstallationOn(read, client, account)
  const { permissions, repository_ids } = await narrow(read, installation, asked)
  const { token, row } = await app.store.transaction((tx) =>
    issueToken(app, tx, {
      kind: 'app-user',
      account_id: before.account.id,
      app_id: client.id,
      resource_owner_id: account.id,
      permissions: JSON.stringify(permissions),
      repository_selection: repository_ids ? 'selected' : 'all',
      repository_ids: repository_ids ?? [],
      expires_at: before.expires_at,
    }),
  )
  return ok(authorizationPayload({ token, row, client, installation, user: before.account }, urls))
}

/** The App's own, still good and not narrowed yet: less must never become more again. Throws `not_found`. */
async function findUserToken(db: Db, client: GitHubApp, text: string, now: Date) {
  const row = await db.first(tokenByHash, { hash: tokenHash(text) })
  if (row?.token_kind !== 'app-user' || row.token_app_id !== client.id) throw notFound()
  if (row.token_resource_owner_id !== null) throw notFound()
  const expires_at = row.token_expires_at
  if (expires_at !== null && expires_at <= now.toISOString()) throw notFound()
  return { account: row, expires_at }
}

type Target = { readonly target: string | undefined; readonly target_id: number | undefined }

async function findTarget(db: Db, { target, target_id }: Target): Promise<Account> {
  if (target !== undefined) return await findAccount(db, target)
  if (target_id === undefined) {
    throw new Problem('invalid', `Invalid request.\n\n"target" or "target_id" must be supplied.`)
  }
  const account = await findAccountById(db, target_id)
  if (!account) throw notFound()
  return account
}

type Scoped = {
  readonly token: Secret
  readonly row: TokenRow
  readonly client: GitHubApp
  readonly installation: Installation
  readonly user: Account
}

function authorizationPayload({ token, row, client, installation, user }: Scoped, urls: Urls) {
  return {
    id: row.id,
    url: `${urls.api}/authorizations/${row.id}`,
    app: {
      client_id: client.client_id,
      name: client.name,
      url: client.external_url || `${urls.web}/apps/${client.slug}`,
    },
    token: token.reveal(),
    hashed_token: row.hash,
    token_last_eight: row.last_eight,
    note: null,
    note_url: null,
    created_at: toSecond(row.created_at),
    updated_at: toSecond(row.created_at),
    scopes: [],
    fingerprint: null,
    expires_at: row.expires_at === null ? null : toSecond(row.expires_at),
    user: simpleUser(user, urls),
    installation: {
      permissions: shownPermissions(row.permissions ?? '{}'),
      repository_selection:
        row.repository_selection === 'selected' ? 'selected' : installation.repository_selection,
      single_file_name: null,
      has_multiple_single_files: false,
      single_file_paths: [],
      repositories_url: repositoriesUrlOf(urls),
      account: simpleUser(installation.account, urls),
    },
  } satisfies components['schemas']['authorization']
}
