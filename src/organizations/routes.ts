import { findAccount, findRole } from '../accounts/accounts.ts'
import { simpleUser } from '../accounts/payload.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { membershipRequest, type OrganizationCall, organizationLock, type Role } from './model.ts'
import { organizationRoute, recordMembership, removeMember } from './organizations.ts'
import { membershipPayload } from './payload.ts'
import { publicMemberRoutes } from './public-members.ts'
import { countMembers, membersOf } from './queries.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/orgs/members#${operation}`
const reads = (operation: string) =>
  ({ access: 'organization:read', docs: docsOf(operation) }) as const
const writes = (operation: string) =>
  ({ access: 'members:write', docs: docsOf(operation) }) as const

const member = '/members/:username'
const membership = '/memberships/:username'

export const organizationRoutes: readonly Route[] = [
  organizationRoute('GET', '/members', reads('list-organization-members'), listMembers),
  organizationRoute('GET', member, reads('check-organization-membership-for-a-user'), checkMember),
  organizationRoute('DELETE', member, writes('remove-an-organization-member'), deleteMember),
  organizationRoute(
    'GET',
    membership,
    reads('get-organization-membership-for-a-user'),
    getMembership,
  ),
  organizationRoute(
    'PUT',
    membership,
    writes('set-organization-membership-for-a-user'),
    putMembership,
  ),
  organizationRoute(
    'DELETE',
    membership,
    writes('remove-organization-membership-for-a-user'),
    deleteMember,
  ),
  ...publicMemberRoutes,
]

async function listMembers({ app, organization, query, urls }: OrganizationCall): Promise<Answer> {
  const { limit, offset } = pageOf(query)
  const roles = rolesIn(query['role'])
  const of = { organization_id: organization.id }
  const [rows, counted] = await Promise.all([
    app.store.read.all(membersOf(roles), { ...of, limit, offset }),
    app.store.read.first(countMembers(roles), of),
  ])
  const url = `${urls.api}/orgs/${organization.login}/members`
  return ok(
    rows.map((row) => simpleUser(row, urls)),
    linkHeader(url, query, counted?.count ?? 0),
  )
}

const rolesIn = (asked: string | undefined): Role[] =>
  asked === 'admin' || asked === 'member' ? [asked] : ['admin', 'member']

async function checkMember(call: OrganizationCall): Promise<Answer> {
  await findMember(call)
  return noContent
}

async function getMembership(call: OrganizationCall): Promise<Answer> {
  const { organization, urls } = call
  return ok(membershipPayload({ organization, ...(await findMember(call)) }, urls))
}

/** Throws `not_found`. */
async function findMember({ app, params, organization }: OrganizationCall) {
  const { read } = app.store
  const account = await findAccount(read, params['username'] ?? '')
  const role = await findRole(read, organization.id, account.id)
  if (!role) throw notFound()
  return { account, role }
}

async function putMembership(call: OrganizationCall): Promise<Answer> {
  const { app, organization, params, urls } = call
  const { role } = parseBody(call.body, membershipRequest, 'OrganizationMembership')
  const account = await findAccount(app.store.read, params['username'] ?? '')
  if (account.type !== 'User') {
    const message = `${account.login} is an organization and cannot be a member`
    throw invalidField({ resource: 'OrganizationMembership', code: 'custom', message })
  }
  const ids = { organization_id: organization.id, account_id: account.id }
  const lock = organizationLock(organization)
  await app.store.transaction(async (tx) => {
    await recordMembership(tx, { ...ids, role })
    const line = { action: 'organization.add_member', owner_id: organization.id }
    await recordAudit(app, tx, { ...line, subject: account.login, after: { role } })
  }, lock)
  return ok(membershipPayload({ organization, account, role }, urls))
}

async function deleteMember({ app, params, organization }: OrganizationCall): Promise<Answer> {
  const account = await findAccount(app.store.read, params['username'] ?? '')
  await removeMember(app, organization, account)
  return noContent
}
