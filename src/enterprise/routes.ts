import { findAccount, findOrganization } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { organizationSimple, simpleUser } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import type { UserActor } from '../auth/model.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import { createToken, revokeImpersonations } from '../auth/tokens.ts'
import { type Answer, created, noContent } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { notFound, Problem } from '../lib/problem.ts'
import {
  admitUser,
  changeSiteAdmin,
  foundOrganization,
  removeUser,
  renameAccount,
  suspend,
  unsuspend,
} from './enterprise.ts'
import { impersonation, newLogin, newOrganization, newUser } from './model.ts'
import { authorizationPayload } from './payload.ts'

type AdminCall = Call & { readonly actor: UserActor }

/** A call of GitHub Enterprise Server's administration: for others than site administrators it is not there. */
const adminRoute = (
  [method, path]: readonly [Method, string],
  operation: string,
  handler: (call: AdminCall) => Promise<Answer>,
): Route => ({
  method,
  path,
  accepted: 'site_admin',
  docs: `https://docs.github.com/enterprise-server/rest/enterprise-admin/${operation}`,
  handler: async (call) => {
    const actor = requireUser(call.actor)
    if (actor.account.site_admin !== 1 || !actor.scopes.has('site_admin')) throw notFound()
    return await handler({ ...call, actor })
  },
})

const user = '/admin/users/:username'
const authorizations = `${user}/authorizations`
const siteAdmin = '/users/:username/site_admin'
const suspended = '/users/:username/suspended'

export const enterpriseRoutes: readonly Route[] = [
  adminRoute(['POST', '/admin/users'], 'users#create-a-user', postUser),
  adminRoute(['PATCH', user], 'users#update-the-username-for-a-user', patchUser),
  adminRoute(['DELETE', user], 'users#delete-a-user', deleteUser),
  adminRoute(
    ['POST', authorizations],
    'users#create-an-impersonation-oauth-token',
    postAuthorization,
  ),
  adminRoute(
    ['DELETE', authorizations],
    'users#delete-an-impersonation-oauth-token',
    deleteAuthorization,
  ),
  adminRoute(['POST', '/admin/organizations'], 'orgs#create-an-organization', postOrganization),
  adminRoute(
    ['PATCH', '/admin/organizations/:org'],
    'orgs#update-an-organization-name',
    patchOrganization,
  ),
  adminRoute(['PUT', siteAdmin], 'users#promote-a-user-to-be-a-site-administrator', promote),
  adminRoute(['DELETE', siteAdmin], 'users#demote-a-site-administrator', demote),
  adminRoute(['PUT', suspended], 'users#suspend-a-user', putSuspended),
  adminRoute(['DELETE', suspended], 'users#unsuspend-a-user', deleteSuspended),
]

async function postUser({ app, body, urls }: AdminCall): Promise<Answer> {
  const account = await admitUser(app, parseBody(body, newUser, 'User'))
  return created(simpleUser(account, urls))
}

async function patchUser(call: AdminCall): Promise<Answer> {
  const { login } = parseBody(call.body, newLogin, 'User')
  const renamed = await renameAccount(call.app, await findUser(call), login)
  return renamedAnswer('user', `${call.urls.api}/user/${renamed.id}`)
}

/** GitHub queues the renaming; here it is done already. */
const renamedAnswer = (what: string, url: string): Answer => ({
  status: 202,
  body: { message: `Job queued to rename ${what}. It may take a few minutes to complete.`, url },
})

async function findUser({ app, params }: AdminCall): Promise<Account> {
  const account = await findAccount(app.store.read, params['username'] ?? '')
  if (account.type !== 'User') throw notFound()
  return account
}

/** Nobody does to themselves what nobody else might be left to undo. */
async function findOther(call: AdminCall): Promise<Account> {
  const account = await findUser(call)
  if (account.id !== call.actor.account.id) return account
  throw new Problem('forbidden', 'You cannot do this to your own account.')
}

async function deleteUser(call: AdminCall): Promise<Answer> {
  await removeUser(call.app, await findOther(call))
  return noContent
}

/** There is one at a time: a new one ends the one before, whose text is nowhere any more. */
async function postAuthorization(call: AdminCall): Promise<Answer> {
  const { app, urls } = call
  const { scopes } = parseBody(call.body, impersonation, 'OauthAccess')
  const account = await findUser(call)
  await revokeImpersonations(app, account)
  const request = { scopes, note: '', expires_at: null, impersonation: 1 } as const
  const { token, row } = await createToken(app, account, request)
  return { status: 201, body: authorizationPayload(row, token.reveal(), urls) }
}

async function deleteAuthorization(call: AdminCall): Promise<Answer> {
  await revokeImpersonations(call.app, await findUser(call))
  return noContent
}

async function postOrganization({ app, body, urls }: AdminCall): Promise<Answer> {
  const request = parseBody(body, newOrganization, 'Organization')
  return created(organizationSimple(await foundOrganization(app, request), urls))
}

async function patchOrganization({ app, body, params, urls }: AdminCall): Promise<Answer> {
  const { login } = parseBody(body, newLogin, 'Organization')
  const account = await findOrganization(app.store.read, params['org'] ?? '')
  const renamed = await renameAccount(app, account, login)
  return renamedAnswer('organization', `${urls.api}/user/${renamed.id}`)
}

async function promote(call: AdminCall): Promise<Answer> {
  await changeSiteAdmin(call.app, await findUser(call), 1)
  return noContent
}

async function demote(call: AdminCall): Promise<Answer> {
  await changeSiteAdmin(call.app, await findOther(call), 0)
  return noContent
}

async function putSuspended(call: AdminCall): Promise<Answer> {
  await suspend(call.app, await findOther(call))
  return noContent
}

async function deleteSuspended(call: AdminCall): Promise<Answer> {
  await unsuspend(call.app, await findUser(call))
  return noContent
}
