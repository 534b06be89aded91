import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { basicCredentials } from '../http/basic.ts'
import { Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import type { RowOf } from '../store/query.ts'
import type { AppRow } from '../tables/programs.ts'
import { findAppActor, isAppToken } from './app-token.ts'
import type { Actor, Limits, UserActor } from './model.ts'
import { tokenByHash, touchToken } from './queries.ts'
import { expandScopes, scopeListOf } from './scopes.ts'
import { isTokenText, tokenHash } from './token-text.ts'

/** `last_used_at` is for people: a minute is exact enough, and spares a write with every request. */
const lastUseGrainMs = 60_000

/** Where a request comes from; over the API, unless it says that it is git's. */
type From = { readonly ip: string; readonly over?: 'git' }

/**
 * Who is asking, by the `Authorization` header: `Bearer`, `token`, or `Basic`
 * with the token as password or as user name (contract 7.1); the JWT of a GitHub
 * App as `Bearer` alone. Throws 401 "Bad credentials" for a token that is wrong,
 * revoked or expired, and 403 for one of a suspended account.
 */
export async function authenticate(
  app: Pick<App, 'store' | 'now' | 'log'>,
  headers: IncomingHttpHeaders,
  from?: From,
): Promise<Actor> {
  if (headers.authorization === undefined) return { kind: 'anonymous' }
  const token = tokenIn(headers.authorization)
  if (token && isAppToken(token) && /^bearer /i.test(headers.authorization)) {
    return await findAppActor(app, token)
  }
  const actor = token && isTokenText(token) ? await findActor(app, token, from) : undefined
  if (!actor) throw new Problem('unauthenticated', 'Bad credentials')
  return actor
}

/** The same for a token that came some other way. */
export async function findActor(
  app: Pick<App, 'store' | 'now' | 'log'>,
  token: string,
  from?: From,
): Promise<UserActor | undefined> {
  const row = await app.store.read.first(tokenByHash, { hash: tokenHash(token) })
  if (!row) return undefined
  const { token_expires_at } = row
  const now = app.now()
  if (token_expires_at !== null && token_expires_at <= now.toISOString()) return undefined
  if (row.installation_suspended_at !== null) {
    throw new Problem('forbidden', 'This installation has been suspended')
  }
  if (row.suspended_at !== null) {
    throw new Problem('forbidden', 'Sorry. Your account was suspended.')
  }
  noteUse(app, row, { now, from })
  return actorIn(row)
}

type TokenWithAccount = RowOf<typeof tokenByHash>

const actorIn = onceFor((row: TokenWithAccount): UserActor => {
  const granted = scopeListOf(row.token_scopes)
  return {
    kind: 'user',
    account: accountIn(row),
    token_id: row.token_id,
    token_kind: row.token_kind,
    granted,
    scopes: expandScopes(granted),
    expires_at: row.token_expires_at,
    limits: limitsIn(row),
    app_id: row.token_app_id,
  }
})

/** Without what is the token's. Each by name: this is part of every request, and leaving out is slow. */
const accountIn = (row: TokenWithAccount): Account => ({
  id: row.id,
  login: row.login,
  login_key: row.login_key,
  type: row.type,
  name: row.name,
  email: row.email,
  password_hash: row.password_hash,
  site_admin: row.site_admin,
  created_at: row.created_at,
  updated_at: row.updated_at,
  suspended_at: row.suspended_at,
})

function limitsIn(row: TokenWithAccount): Limits | undefined {
  const { token_kind: kind } = row
  if (kind === 'personal' || kind === 'oauth') return undefined
  return {
    kind,
    permissions: row.token_permissions,
    resource_owner_id: row.token_resource_owner_id,
    repository_selection: row.token_repository_selection,
    installation_id: row.token_installation_id,
  }
}

/** Not waited for: no request should take longer, or fail, because a clock could not be written down. */
function noteUse(
  app: Pick<App, 'store' | 'log'>,
  { token_id: id, token_last_used_at: last }: TokenWithAccount,
  { now, from }: { readonly now: Date; readonly from: From | undefined },
): void {
  if (last !== null && now.getTime() - Date.parse(last) < lastUseGrainMs) return
  const last_used_over = from?.over ?? ('api' as const)
  const last_used_address = from?.ip ?? null
  const use = { id, last_used_at: now.toISOString(), last_used_address, last_used_over }
  app.store
    .transaction((tx) => tx.all(touchToken, use))
    .catch((error: unknown) => app.log.warn({ err: error }, 'token.last_use_not_recorded'))
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value
    case 'basic':
      return passwordIn(authorization)
    default:
      return undefined
  }
}

/** `user:token`, `token:x-oauth-basic`, or `token:`. */
function passwordIn(authorization: string): string | undefined {
  const { user, password } = basicCredentials(authorization) ?? {}
  return password === '' || password === 'x-oauth-basic' ? user : password
}

/** Whoever has an account: a person, or an App's bot. Throws 401 for the anonymous, 403 for an App's own JWT. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind === 'user') return actor
  if (actor.kind === 'app') throw notForApps()
  throw new Problem('unauthenticated', 'Requires authentication')
}

/** An App by its own signature. Throws 401, in GitHub's words, for everybody else. */
export function requireApp(actor: Actor): AppRow {
  if (actor.kind === 'app') return actor.app
  throw new Problem('unauthenticated', 'A JSON web token could not be decoded')
}

/** Whoever acts by the token of an App's installation: the App itself. */
export type InstallationActor = { readonly actor: UserActor; readonly app_id: number }

/** An App at work. Throws `forbidden` for everyone else. */
export function requireInstallation(actor: UserActor): InstallationActor {
  const { app_id, limits } = actor
  if (app_id !== null && limits?.kind === 'installation') return { actor, app_id }
  throw new Problem('forbidden', 'You must authenticate via a GitHub App.')
}

/** A person, for what is about persons: their profile, their organisations. Throws as `requireUser`, and 403 for bots. */
export function requirePerson(actor: Actor): UserActor {
  const user = requireUser(actor)
  if (user.limits?.kind === 'installation') throw notForApps()
  return user
}

const notForApps = () => new Problem('forbidden', 'Resource not accessible by integration')

/** Where `okKept` keeps what differs from caller to caller: what one was told does not push out what another was. */
export const ownPlace = ({ actor, path }: { readonly actor: Actor; readonly path: string }) => ({
  path: actor.kind === 'user' ? `${path} ${actor.token_id}` : path,
})
