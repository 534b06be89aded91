import { z } from 'zod'
import { findAccountById } from '../../accounts/accounts.ts'
import type { Call, Method, Route } from '../../auth/route.ts'
import { revokeToken } from '../../auth/tokens.ts'
import { type Answer, noContent, ok } from '../../http/answer.ts'
import { basicCredentials } from '../../http/basic.ts'
import { parseBody } from '../../http/body.ts'
import { invalidField, notFound, Problem } from '../../lib/problem.ts'
import type { TokenRow } from '../../tables/accounts.ts'
import type { Client } from '../oauth-apps/model.ts'
import { findAskingClient } from '../oauth-apps/oauth-apps.ts'
import { findClientToken, type Issued, resetToken, revokeGrant } from './grants.ts'
import { authorizationPayload } from './payload.ts'

const docs = 'https://docs.github.com/rest/apps/oauth-applications'
const token = '/applications/:client_id/token'

const route = (method: Method, path: string, page: string, handler: Route['handler']): Route => ({
  method,
  path,
  accepted: '',
  docs: `${docs}#${page}`,
  isForClients: true,
  handler,
})

/** What a client asks about the tokens it holds, by its id and secret (contract 7.8). */
export const grantRoutes: readonly Route[] = [
  route('POST', token, 'check-a-token', checkToken),
  route('PATCH', token, 'reset-a-token', replaceToken),
  route('DELETE', token, 'delete-an-app-token', deleteToken),
  route('DELETE', '/applications/:client_id/grant', 'delete-an-app-authorization', deleteGrant),
]

const tokenCharactersMax = 255
const tokenRequest = z.object({ access_token: z.string().max(tokenCharactersMax) })

async function checkToken(call: Call): Promise<Answer> {
  const { client, text, row } = await askedIn(call)
  if (!row) throw notFound()
  return await authorization(call, client, { text, row })
}

async function replaceToken(call: Call): Promise<Answer> {
  const { client, row } = await askedIn(call)
  const issued: Issued | undefined = row && (await resetToken(call.app, row))
  if (!issued) throw noSuchToken()
  return await authorization(call, client, { text: issued.token.reveal(), row: issued.row })
}

async function deleteToken(call: Call): Promise<Answer> {
  const { row } = await askedIn(call)
  if (!row) throw noSuchToken()
  await revokeToken(call.app, row.id)
  return noContent
}

async function deleteGrant(call: Call): Promise<Answer> {
  const { client, row } = await askedIn(call)
  if (!row) throw noSuchToken()
  await revokeGrant(call.app, row.account_id, client)
  return noContent
}

const noSuchToken = () =>
  invalidField({ resource: 'OauthAccess', field: 'access_token', code: 'invalid' })

/** Who asks about which token; without a row where it is no token of theirs. Throws 401 and 404 for no client. */
async function askedIn(call: Call) {
  const client = await authenticatedClient(call)
  const { access_token } = parseBody(call.body, tokenRequest, 'OauthAccess')
  const row = await findClientToken(call.app, client, access_token)
  return { client, text: access_token, row }
}

async function authenticatedClient({ app, headers, params }: Call): Promise<Client> {
  if (!basicCredentials(headers.authorization)) {
    throw new Problem('unauthenticated', 'Requires authentication')
  }
  const client = await findAskingClient(app.store.read, headers.authorization)
  if (!client || client.client_id !== params['client_id']) throw notFound()
  return client
}

type Found = { readonly text: string; readonly row: TokenRow }

async function authorization({ app, urls }: Call, client: Client, { text, row }: Found) {
  const account = await findAccountById(app.store.read, row.account_id)
  if (!account) throw notFound()
  const payload = authorizationPayload({ row, text, client, account }, urls)
  return ok(payload)
}
