import { z } from 'zod'
import { findAccount, findAccountById, findOrganization } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { organizationSimple } from '../accounts/payload.ts'
import { ownPlace, requirePerson } from '../auth/auth.ts'
import { lackOf } from '../auth/decide-access.ts'
import { findStandingAt } from '../auth/grants.ts'
import type { Actor } from '../auth/model.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok, okKept } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { line } from '../http/text.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { type OrganizationCall, organizationAccess } from '../organizations/model.ts'
import { organizationRoute } from '../organizations/organizations.ts'
import { idIn } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { fullOrganization, organizationPolicy, privateUser, publicUser } from './payload.ts'
import { findHoldings } from './people.ts'
import { countedOrganizations, organizationsPage, updateName } from './queries.ts'

const userDocs = 'https://docs.github.com/rest/users/users'
const organizationDocs = 'https://docs.github.com/rest/orgs/orgs'

const get = (path: string, docs: string, handler: Route['handler']): Route => ({
  method: 'GET',
  path,
  accepted: '',
  docs,
  handler,
})

export const peopleRoutes: readonly Route[] = [
  get('/user', `${userDocs}#get-the-authenticated-user`, getSelf),
  get('/user/:account_id', `${userDocs}#get-a-user-using-their-id`, getAccountById),
  get('/users/:username', `${userDocs}#get-a-user`, getAccount),
  {
    ...get(
      '/user/orgs',
      `${organizationDocs}#list-organizations-for-the-authenticated-user`,
      listOwnOrganizations,
    ),
    accepted: 'admin:org, read:org, user, write:org',
  },
  {
    ...get('/orgs/:org', `${organizationDocs}#get-an-organization`, getOrganization),
    accepted: 'admin:org, read:org, repo, user, write:org',
  },
  organizationRoute(
    'PATCH',
    '',
    { access: 'organization:admin', docs: `${organizationDocs}#update-an-organization` },
    patchOrganization,
  ),
]

async function getSelf(call: Call): Promise<Answer> {
  const { account, scopes } = requirePerson(call.actor)
  return await answerUser(call, account, scopes.has('read:user') ? privateUser : publicUser)
}

async function getAccount(call: Call): Promise<Answer> {
  const account = await findAccount(call.app.store.read, call.params['username'] ?? '')
  return await answerUser(call, account, publicUser)
}

async function getAccountById(call: Call): Promise<Answer> {
  const id = idIn(call.params['account_id'])
  const account = await findAccountById(call.app.store.read, id)
  if (!account) throw notFound()
  return await answerUser(call, account, publicUser)
}

async function answerUser(
  call: Call,
  account: Account,
  show: typeof privateUser | typeof publicUser,
): Promise<Answer> {
  const { app, urls } = call
  const holdings = await findHoldings(app.store.read, account)
  return okKept(ownPlace(call), {
    from: [account, holdings.public, holdings.private, urls, show],
    build: () => show(account, holdings, urls),
  })
}

async function getOrganization({ app, actor, params, urls }: Call): Promise<Answer> {
  const { read } = app.store
  const account = await findOrganization(read, params['org'] ?? '')
  const holdings = await findHoldings(read, account)
  const policy = (await seesInside(read, actor, account)) ? organizationPolicy(holdings) : {}
  return ok({ ...fullOrganization(account, holdings, urls), ...policy })
}

async function seesInside(db: Db, actor: Actor, { id }: Account): Promise<boolean> {
  if (actor.kind !== 'user') return false
  const { role, grant } = await findStandingAt(db, actor, id)
  const { scope, permissions } = organizationAccess['organization:read']
  const lack = lackOf({ scopes: [scope], permissions }, { scopes: actor.scopes, grant })
  return role !== undefined && lack === undefined
}

/** The name that people read; what else GitHub lets one set there is nothing of here, and is let pass. */
const organizationChange = z.object({ name: line(255).nullish() })

async function patchOrganization(call: OrganizationCall): Promise<Answer> {
  const { app, organization, urls } = call
  const { name = organization.name } = parseBody(call.body, organizationChange, 'Organization')
  const change = { id: organization.id, name, updated_at: app.now().toISOString() }
  const changed = await app.store.transaction((tx) => tx.first(updateName, change))
  if (!changed) throw notFound()
  const holdings = await findHoldings(app.store.read, changed)
  return ok({ ...fullOrganization(changed, holdings, urls), ...organizationPolicy(holdings) })
}

/**
 * Only for tokens that may know of organizations; one with permissions hears of
 * none (GitHub: "List organizations for the authenticated user").
 */
async function listOwnOrganizations({ app, actor, query, urls }: Call): Promise<Answer> {
  const { account, scopes, limits } = requirePerson(actor)
  if (limits) return ok([])
  if (!scopes.has('read:org') && !scopes.has('user')) {
    const message = 'You need at least read:org scope or user scope to list your organizations.'
    throw new Problem('forbidden', message)
  }
  const whose = { account_id: account.id }
  const { limit, offset } = pageOf(query)
  const counted = await app.store.read.first(countedOrganizations, whose)
  const rows = await app.store.read.all(organizationsPage, { ...whose, limit, offset })
  const link = linkHeader(`${urls.api}/user/orgs`, query, counted?.count ?? 0)
  return ok(
    rows.map((row) => organizationSimple(row, urls)),
    link,
  )
}
