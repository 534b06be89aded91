import { createOrganization, createUser } from '../accounts/accounts.ts'
import type { App } from '../app.ts'
import { createToken, findTokens, revokeToken } from '../auth/tokens.ts'
import { Problem } from '../lib/problem.ts'
import { hashPassword } from '../passwords/passwords.ts'
import type { TokenRow } from '../tables/accounts.ts'
import { linkAccount, setPassword, unlinkAccount } from './accounts.ts'
import {
  dropKey,
  listApps,
  listKeys,
  makeApp,
  makeKey,
  makeManifestCode,
  putInstallation,
} from './apps.ts'
import { readAudit } from './audit-log.ts'
import { makeFineGrainedToken, permissionsLine } from './fine-grained-tokens.ts'
import { type AdminAnswer, type AdminRequest, type Asked, done } from './model.ts'
import { namedAccount } from './named.ts'
import { dropOauthApp, listOauthApps, registerOauthApp, replaceSecret } from './oauth-apps.ts'

type Parts = Pick<
  App,
  'store' | 'now' | 'signals' | 'seal' | 'urls' | 'webhookAllow' | 'who' | 'log' | 'provider'
>

/** Does what an administrator's command asks. A Problem becomes `refused`, with its message. */
export async function answerAdmin(app: Parts, request: AdminRequest): Promise<AdminAnswer> {
  try {
    return await carryOut(app, request)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { kind: 'refused', message: error.message }
  }
}

function carryOut(app: Parts, request: AdminRequest): Promise<AdminAnswer> {
  switch (request.kind) {
    case 'create_user':
      return makeUser(app, request)
    case 'create_organization':
      return makeOrganization(app, request)
    case 'create_token':
      return makeToken(app, request)
    case 'create_fine_grained_token':
      return makeFineGrainedToken(app, request)
    case 'list_tokens':
      return listTokens(app, request)
    case 'revoke_token':
      return dropToken(app, request)
    case 'set_password':
      return setPassword(app, request)
    case 'link_identity':
      return linkAccount(app, request)
    case 'unlink_identity':
      return unlinkAccount(app, request)
    case 'create_oauth_app':
      return registerOauthApp(app, request)
    case 'list_oauth_apps':
      return listOauthApps(app)
    case 'reset_oauth_app_secret':
      return replaceSecret(app, request)
    case 'delete_oauth_app':
      return dropOauthApp(app, request)
    case 'create_app':
      return makeApp(app, request)
    case 'create_manifest_code':
      return makeManifestCode(app, request)
    case 'list_apps':
      return listApps(app)
    case 'install_app':
      return putInstallation(app, request)
    case 'create_app_key':
      return makeKey(app, request)
    case 'list_app_keys':
      return listKeys(app, request)
    case 'delete_app_key':
      return dropKey(app, request)
    case 'read_audit':
      return readAudit(app, request)
  }
}

async function makeUser(app: Parts, request: Asked<'create_user'>): Promise<AdminAnswer> {
  const password_hash = request.password === null ? null : await hashPassword(request.password)
  const given = { login: request.login, site_admin: request.admin, password_hash }
  const { login } = await createUser(app, given)
  const what = request.admin ? 'administrator' : 'user'
  return done(
    `Created the ${what} ${login}. A token for it: slipway token create --user ${login} --scopes repo`,
  )
}

async function makeOrganization(
  app: Parts,
  request: Asked<'create_organization'>,
): Promise<AdminAnswer> {
  const owner = await namedAccount(app, request.owner)
  const { login } = await createOrganization(app, request.login, owner)
  return done(`Created the organization ${login}, administered by ${owner.login}.`)
}

async function makeToken(app: Parts, request: Asked<'create_token'>): Promise<AdminAnswer> {
  const account = await namedAccount(app, request.user)
  const { token, row } = await createToken(app, account, request)
  const scopes = row.scopes === '' ? 'no scopes: public information only' : row.scopes
  const until = row.expires_at === null ? 'does not expire' : `expires ${row.expires_at}`
  const message = `Token ${row.id} of ${account.login} (${scopes}) ${until}. It is shown this once.`
  return done(message, [token.reveal()])
}

async function listTokens(app: Parts, request: Asked<'list_tokens'>): Promise<AdminAnswer> {
  const account = await namedAccount(app, request.user)
  const rows = await findTokens(app.store.read, account)
  const lines = await Promise.all(rows.map((row) => tokenLine(app, row)))
  return done(`${rows.length} tokens of ${account.login}.`, lines)
}

/** Tab-separated: id, last eight characters, scopes or permissions, note, created, expires, last used. */
async function tokenLine(app: Parts, row: TokenRow): Promise<string> {
  const { id, last_eight, note, created_at, expires_at, last_used_at } = row
  const may = row.permissions === null ? row.scopes : await permissionsLine(app, row)
  const times = [created_at, expires_at ?? 'never', last_used_at ?? 'never used']
  return [id, `…${last_eight}`, may || '(none)', note, ...times].join('\t')
}

async function dropToken(app: Parts, { id }: Asked<'revoke_token'>): Promise<AdminAnswer> {
  if (await revokeToken(app, id)) {
    return done(`Revoked token ${id}, and removed the deploy keys it had added.`)
  }
  throw new Problem('not_found', `There is no token ${id}; see slipway token list --user NAME`)
}
