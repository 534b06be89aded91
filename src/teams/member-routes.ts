import { findAccount, findRole, writeMembership } from '../accounts/accounts.ts'
import { simpleUser } from '../accounts/payload.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import { type MemberRole, membershipRequest, teamLine } from './model.ts'
import { membershipPayload } from './payload.ts'
import { countTeamMembers, deleteMember, teamMembers, upsertMember } from './queries.ts'
import {
  findTeamRole,
  maintainerRoute,
  requireMaintainer,
  type TeamCall,
  teamRoute,
} from './teams.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/teams/members#${operation}`
const reads = (operation: string) =>
  ({ access: 'organization:read', docs: docsOf(operation) }) as const

const one = '/memberships/:username'

export const teamMemberRoutes: readonly Route[] = [
  teamRoute('GET', '/members', reads('list-team-members'), listMembers),
  teamRoute('GET', '/invitations', reads('list-pending-team-invitations'), listInvitations),
  teamRoute('GET', one, reads('get-team-membership-for-a-user'), getMembership),
  maintainerRoute('PUT', one, docsOf('add-or-update-team-membership-for-a-user'), putMembership),
  teamRoute(
    'DELETE',
    one,
    { access: 'teams:write', docs: docsOf('remove-team-membership-for-a-user') },
    removeMembership,
  ),
]

async function listMembers({ app, team, query, urls }: TeamCall): Promise<Answer> {
  const { limit, offset } = pageOf(query)
  const roles = rolesIn(query['role'])
  const [rows, counted] = await Promise.all([
    app.store.read.all(teamMembers(roles), { team_id: team.id, limit, offset }),
    app.store.read.first(countTeamMembers(roles), { team_id: team.id }),
  ])
  const url = `${urls.api}/orgs/${team.organization_login}/teams/${team.slug}/members`
  return ok(
    rows.map((row) => simpleUser(row, urls)),
    linkHeader(url, query, counted?.count ?? 0),
  )
}

/** Whoever is added is in at once, so nobody is invited. */
async function listInvitations(): Promise<Answer> {
  return ok([])
}

const rolesIn = (asked: string | undefined): MemberRole[] =>
  asked === 'member' || asked === 'maintainer' ? [asked] : ['member', 'maintainer']

async function getMembership({ app, team, params, urls }: TeamCall): Promise<Answer> {
  const { read } = app.store
  const account = await findAccount(read, params['username'] ?? '')
  const role = await findTeamRole(read, team, account.id)
  if (!role) throw notFound()
  return ok(membershipPayload(team, account, role, urls))
}

/** At once; who is in a team is in its organisation, where only owners let somebody in. */
async function putMembership(call: TeamCall): Promise<Answer> {
  const { app, team, params, urls, organization } = call
  const { role } = parseBody(call.body, membershipRequest, 'TeamMembership')
  const account = await findAccount(app.store.read, params['username'] ?? '')
  if (account.type !== 'User') {
    const message = `${account.login} is an organization and cannot be in a team`
    throw invalidField({ resource: 'TeamMembership', code: 'custom', message })
  }
  const member = { organization_id: organization.id, account_id: account.id }
  await app.store.transaction(async (tx) => {
    if ((await findRole(tx, organization.id, account.id)) === undefined) {
      requireOwner(call, account.login)
      await writeMembership(tx, { ...member, role: 'member' })
    }
    await tx.all(upsertMember, { team_id: team.id, account_id: account.id, role })
    const after = { login: account.login, role }
    await recordAudit(app, tx, { ...teamLine(team, 'add_member'), after })
  })
  const shown = await findTeamRole(app.store.read, team, account.id)
  return ok(membershipPayload(team, account, shown ?? role, urls))
}

function requireOwner({ role }: TeamCall, login: string): void {
  if (role === 'admin') return
  const message = `${login} is no member of this organization, and only its owners make somebody one.`
  throw new Problem('forbidden', message)
}

/** Everybody may leave a team. */
async function removeMembership(call: TeamCall): Promise<Answer> {
  const { app, actor, team, params } = call
  const account = await findAccount(app.store.read, params['username'] ?? '')
  if (account.id !== actor.account.id) requireMaintainer(call)
  const ids = { team_id: team.id, account_id: account.id }
  await app.store.transaction(async (tx) => {
    if (!(await tx.first(deleteMember, ids))) throw notFound()
    const before = { login: account.login }
    await recordAudit(app, tx, { ...teamLine(team, 'remove_member'), before })
  })
  return noContent
}
