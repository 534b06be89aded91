import { findAccount, findOrganization } from '../accounts/accounts.ts'
import { simpleUser } from '../accounts/payload.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { type OrganizationCall, organizationLock } from './model.ts'
import { organizationRoute } from './organizations.ts'
import { countPublicMembers, publicMember, publicMembersOf, publish } from './queries.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/orgs/members#${operation}`
const own = (operation: string) =>
  ({ access: 'own-membership:write', docs: docsOf(operation) }) as const

const get = (path: string, operation: string, handler: Route['handler']): Route => ({
  method: 'GET',
  path: `/orgs/:org${path}`,
  accepted: '',
  docs: docsOf(operation),
  handler,
})

const all = '/public_members'
const one = `${all}/:username`

/** Whoever shows it is seen by everybody; at first nobody does. */
export const publicMemberRoutes: readonly Route[] = [
  get(all, 'list-public-organization-members', listPublicMembers),
  get(one, 'check-public-organization-membership-for-a-user', checkPublicMember),
  organizationRoute(
    'PUT',
    one,
    own('set-public-organization-membership-for-the-authenticated-user'),
    (call) => change(call, 1),
  ),
  organizationRoute(
    'DELETE',
    one,
    own('remove-public-organization-membership-for-the-authenticated-user'),
    (call) => change(call, 0),
  ),
]

async function listPublicMembers({ app, params, query, urls }: Call): Promise<Answer> {
  const { read } = app.store
  const { id: organization_id, login } = await findOrganization(read, params['org'] ?? '')
  const [rows, counted] = await Promise.all([
    read.all(publicMembersOf, { organization_id, ...pageOf(query) }),
    read.first(countPublicMembers, { organization_id }),
  ])
  const members = rows.map((row) => simpleUser(row, urls))
  const url = `${urls.api}/orgs/${login}/public_members`
  return ok(members, linkHeader(url, query, counted?.count ?? 0))
}

async function checkPublicMember({ app, params }: Call): Promise<Answer> {
  const { read } = app.store
  const { id: organization_id } = await findOrganization(read, params['org'] ?? '')
  const { id: account_id } = await findAccount(read, params['username'] ?? '')
  if (!(await read.first(publicMember, { organization_id, account_id }))) throw notFound()
  return noContent
}

async function change(call: OrganizationCall, is_public: 0 | 1): Promise<Answer> {
  const { app, organization, actor, params } = call
  const account = await findAccount(app.store.read, params['username'] ?? '')
  if (account.id !== actor.account.id) {
    throw new Problem('forbidden', `Only ${account.login} shows or hides that membership.`)
  }
  const ids = { organization_id: organization.id, account_id: account.id }
  await app.store.transaction(async (tx) => {
    if (!(await tx.first(publish, { ...ids, is_public }))) throw notFound()
    const verb = is_public === 1 ? 'show_member' : 'hide_member'
    const line = { action: `organization.${verb}`, owner_id: organization.id }
    await recordAudit(app, tx, { ...line, subject: account.login })
  }, organizationLock(organization))
  return noContent
}
