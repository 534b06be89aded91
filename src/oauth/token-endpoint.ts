import { normalizeScopes } from '../auth/scopes.ts'
import { basicCredentials } from '../http/basic.ts'
import type { Visit, WebAnswer } from '../pages/web/route.ts'
import { countTry } from '../tries/tries.ts'
import { redeemCode } from './codes.ts'
import { type Polled, pollDeviceFlow, startDeviceFlow } from './device-flow/device-flow.ts'
import { appUserTokenSeconds, type Issued, refreshTokenSeconds, renew } from './grants/grants.ts'
import { type Fields, filledIn, type Refusal, refusalFields, scopesIn } from './model.ts'
import { type Client, isClientSecret } from './oauth-apps/model.ts'
import { findClient } from './oauth-apps/oauth-apps.ts'
import { programAnswer } from './program-answer.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** `POST /login/oauth/access_token`: a code, a device's code or a refresh token for a token. A refusal is a 200 as well. */
export async function tradeForToken(visit: Visit): Promise<WebAnswer> {
  const asked = { app: visit.app, form: askedIn(visit) }
  const client = await findClient(visit.app.store.read, asked.form['client_id'] ?? '')
  const fields = client
    ? await tokenFields(asked, client)
    : refusalFields('incorrect_client_credentials')
  return programAnswer(fields, visit.accept)
}

type Asked = Pick<Visit, 'app' | 'form'>

/**
 * What a program says, wherever it says it: in the body, in the query, and who it is as `Basic` (RFC 6749
 * 2.3.1).
 */
function askedIn({ query, form, authorization }: Visit): Visit['form'] {
  const { user, password } = basicCredentials(authorization) ?? {}
  const client = { client_id: user ?? '', client_secret: password ?? '' }
  return { ...filledIn(client), ...filledIn(query), ...filledIn(form) }
}

async function tokenFields(visit: Asked, client: Client): Promise<Fields> {
  switch (visit.form['grant_type']) {
    case undefined:
      // A device has to say so (contract 7.7).
      if (visit.form['device_code']) return refusalFields('unsupported_grant_type')
      return await fieldsForCode(visit, client)
    case 'authorization_code':
      return await fieldsForCode(visit, client)
    case 'refresh_token':
      return await fieldsForRefresh(visit, client)
    case deviceGrant:
      return await fieldsForDevice(visit, client)
    default:
      return refusalFields('unsupported_grant_type')
  }
}

async function fieldsForCode({ app, form }: Asked, client: Client): Promise<Fields> {
  // Whatever a public client sends as its secret is known to everybody, and proves nothing.
  const isPublic = client.client_secret_hash === null
  if (!isPublic && !isClientSecret(client, form['client_secret'] ?? '')) {
    return refusalFields('incorrect_client_credentials')
  }
  const { code = '', redirect_uri, code_verifier } = form
  const redeemed = await redeemCode(app, { client, code, redirect_uri, code_verifier })
  return typeof redeemed === 'string' ? refusalFields(redeemed) : issuedFields(redeemed)
}

/** A token that a device was given is renewed without a secret: the device has none. */
async function fieldsForRefresh({ app, form }: Asked, client: Client): Promise<Fields> {
  const { client_secret, refresh_token = '' } = form
  const isKnown =
    client_secret === undefined ? client.device_flow : isClientSecret(client, client_secret)
  if (!isKnown) return refusalFields('incorrect_client_credentials')
  const issued = await renew(app, client, refresh_token)
  return issued ? issuedFields(issued) : refusalFields('bad_refresh_token')
}

async function fieldsForDevice({ app, form }: Asked, client: Client): Promise<Fields> {
  if (!client.device_flow) return refusalFields('device_flow_disabled')
  const polled = await pollDeviceFlow(app, client, form['device_code'] ?? '')
  if (polled.kind === 'authorized') return issuedFields(polled)
  const more = polled.kind === 'too_soon' ? { interval: polled.interval_seconds } : {}
  return refusalFields(deviceRefusals[polled.kind], more)
}

const deviceRefusals: Readonly<Record<Exclude<Polled['kind'], 'authorized'>, Refusal>> = {
  denied: 'access_denied',
  expired: 'expired_token',
  pending: 'authorization_pending',
  too_soon: 'slow_down',
  unknown: 'incorrect_device_code',
}

function issuedFields({ token, row, refresh }: Issued): Fields {
  const expiry = refresh && {
    expires_in: appUserTokenSeconds,
    refresh_token: refresh.reveal(),
    refresh_token_expires_in: refreshTokenSeconds,
  }
  const scope = row.scopes.replaceAll(', ', ',')
  return { access_token: token.reveal(), ...expiry, scope, token_type: 'bearer' }
}

/** Nobody signs in for these, so nobody may fill the table with them either. */
const deviceCodesMax = 200
const hourMs = 60 * 60 * 1000

/** `POST /login/device/code`: the two codes that the device flow begins with (contract 7.7). */
export async function giveDeviceCode(visit: Visit): Promise<WebAnswer> {
  const asked = { ...visit, form: askedIn(visit) }
  const client = await findClient(visit.app.store.read, asked.form['client_id'] ?? '')
  return programAnswer(await deviceFields(asked, client), visit.accept)
}

async function deviceFields(
  { app, form, urls, address }: Visit,
  client: Client | undefined,
): Promise<Fields> {
  if (!client) return refusalFields('incorrect_client_credentials')
  if (!client.device_flow) return refusalFields('device_flow_disabled')
  const limit = { subject: `device codes for ${address}`, max: deviceCodesMax, windowMs: hourMs }
  if (!(await countTry(app, [limit]))) return refusalFields('slow_down')
  const scopes = client.kind === 'github-app' ? [] : normalizeScopes(scopesIn(form['scope'] ?? ''))
  const started = await startDeviceFlow(app, client, scopes)
  return { ...started, verification_uri: `${urls.web}/login/device` }
}
