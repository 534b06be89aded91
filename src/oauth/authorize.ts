import { findAccountById } from '../accounts/accounts.ts'
import { expandScopes } from '../auth/scopes.ts'
import type { Redirect, UserVisit, WebAnswer } from '../pages/web/route.ts'
import { countRecentCodes, issueCode } from './codes.ts'
import { consentPage } from './consent-page.ts'
import { needsConsent } from './decide-consent.ts'
import { findGranted } from './grants/grants.ts'
import type { Authorization } from './model.ts'
import { findClient } from './oauth-apps/oauth-apps.ts'
import { type Mistake, parseAuthorization } from './parse-authorization.ts'

/** `GET /login/oauth/authorize`: asks the person, or goes straight back where they answered before. */
export async function authorize(visit: UserVisit): Promise<WebAnswer> {
  const { app, session, query } = visit
  const parsed = await parse(visit, query)
  if (parsed.kind === 'mistake') return sendMistake(parsed)
  const { client } = parsed
  const { account_id } = session
  const granted = await findGranted(app.store.read, account_id, client)
  const isAsked = needsConsent({
    granted: granted && expandScopes(granted),
    asked: parsed.scopes,
    isPublic: client.client_secret_hash === null,
    prompt: parsed.prompt,
    isForAnother: isForAnother(parsed, session.account.login),
    codesWithinHour: await countRecentCodes(app, { account_id, client }),
  })
  const scopes = parsed.scopes ?? granted ?? []
  if (!isAsked) return await sendCode(visit, parsed, scopes)
  const owner =
    client.owner_id === null ? undefined : await findAccountById(app.store.read, client.owner_id)
  return consentPage(visit, { client, target: parsed.target, scopes, owner, fields: query })
}

/** `POST /login/oauth/authorize`: what the person answered. What was asked is parsed again: a form is from outside. */
export async function answerConsent(visit: UserVisit): Promise<WebAnswer> {
  const { app, session, form } = visit
  const parsed = await parse(visit, form)
  if (parsed.kind === 'mistake') return { ...sendMistake(parsed), isByPage: true }
  if (form['answer'] !== 'authorize') return { ...sendDenial(parsed), isByPage: true }
  const granted = await findGranted(app.store.read, session.account_id, parsed.client)
  const sent = await sendCode(visit, parsed, parsed.scopes ?? granted ?? [])
  return { ...sent, isByPage: true }
}

async function parse({ app }: UserVisit, fields: Readonly<Record<string, string>>) {
  const client = await findClient(app.store.read, fields['client_id'] ?? '')
  return parseAuthorization(fields, client)
}

const isForAnother = ({ login }: Authorization, own: string) =>
  login !== undefined && login.toLowerCase() !== own.toLowerCase()

async function sendCode(
  { app, session }: UserVisit,
  authorization: Authorization,
  scopes: readonly string[],
): Promise<Redirect> {
  const { client, target, state } = authorization
  const grant = { account_id: session.account_id, client, scopes }
  const code = await issueCode(app, grant, authorization)
  app.log.info({ account_id: session.account_id, client_id: client.client_id }, 'oauth.authorized')
  return sendBack(target, { code, state })
}

const help =
  'https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors'

const sendDenial = ({ target, state }: Authorization): Redirect =>
  sendBack(target, {
    error: 'access_denied',
    error_description: 'The user has denied your application access.',
    error_uri: `${help}#access-denied`,
    state,
  })

const sendMistake = ({ target, error, description, state }: Mistake): Redirect =>
  sendBack(target, {
    error,
    error_description: description,
    error_uri: `${help}#${error.replaceAll('_', '-')}`,
    state,
  })

function sendBack(target: string, answer: Readonly<Record<string, string | undefined>>): Redirect {
  const url = new URL(target)
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return { kind: 'redirect', to: url.href }
}
