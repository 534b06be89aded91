import { findAccountById } from '../accounts/accounts.ts'
import { recordAudit } from '../audit/audit.ts'
import { requirePerson } from '../auth/auth.ts'
import { lackOf } from '../auth/decide-access.ts'
import { findGrantAtAccount } from '../auth/grants.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, created, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { type OrganizationCall, organizationAccess } from '../organizations/model.ts'
import { organizationRoute } from '../organizations/organizations.ts'
import { fullOrganization } from '../people/payload.ts'
import { findHoldings } from '../people/people.ts'
import { changeTeam, createTeam } from './change-team.ts'
import { newTeam, type Team, teamChange, teamLine } from './model.ts'
import { fullTeam, teamPayload } from './payload.ts'
import { countTeams, deleteTeam, listedTeams, type TeamWord } from './queries.ts'
import { maintainerRoute, type TeamCall, teamRoute } from './teams.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/teams/teams#${operation}`
const reads = (operation: string) =>
  ({ access: 'organization:read', docs: docsOf(operation) }) as const

const seeing = organizationAccess['organization:read']

export const teamRoutes: readonly Route[] = [
  organizationRoute('GET', '/teams', reads('list-teams'), listTeams),
  organizationRoute(
    'POST',
    '/teams',
    { access: 'teams:write', docs: docsOf('create-a-team') },
    postTeam,
  ),
  teamRoute('GET', '', reads('get-a-team-by-name'), getTeam),
  maintainerRoute('PATCH', '', docsOf('update-a-team'), patchTeam),
  maintainerRoute('DELETE', '', docsOf('delete-a-team'), removeTeam),
  teamRoute('GET', '/teams', reads('list-child-teams'), listChildTeams),
  {
    method: 'GET',
    path: '/user/teams',
    accepted: seeing.accepted,
    permissions: seeing.permissions,
    docs: docsOf('list-teams-for-the-authenticated-user'),
    handler: listOwnTeams,
  },
]

async function listTeams(call: OrganizationCall): Promise<Answer> {
  const { organization, actor, urls } = call
  const of = { organization_id: organization.id, parent_id: 0, viewer_id: actor.account.id }
  const url = `${urls.api}/orgs/${organization.login}/teams`
  const { teams, link } = await findPage(call, ['organization'], { ...of, url })
  return ok(
    teams.map((team) => teamPayload(team, urls)),
    link,
  )
}

async function listChildTeams(call: TeamCall): Promise<Answer> {
  const { organization, team, actor, urls } = call
  const of = { organization_id: organization.id, parent_id: team.id, viewer_id: actor.account.id }
  const url = `${urls.api}/orgs/${organization.login}/teams/${team.slug}/teams`
  const { teams, link } = await findPage(call, ['children'], { ...of, url })
  return ok(
    teams.map((child) => teamPayload(child, urls)),
    link,
  )
}

/**
 * Of every organisation; by a token with permissions only of the one that it is
 * for (GitHub: "List teams for the authenticated user").
 */
async function listOwnTeams(call: Call): Promise<Answer> {
  const actor = requirePerson(call.actor)
  const { account, scopes, limits } = actor
  const organization_id = limits?.resource_owner_id ?? 0
  const grant = await findGrantAtAccount(call.app.store.read, actor, organization_id)
  const { scope, permissions } = seeing
  const lack = lackOf({ scopes: [scope], permissions }, { scopes, grant })
  if (lack) throw new Problem('forbidden', lack)
  const of = { organization_id, parent_id: 0, viewer_id: account.id }
  const url = `${call.urls.api}/user/teams`
  const words = limits ? (['own', 'organization'] as const) : (['own'] as const)
  const { teams, link } = await findPage(call, words, { ...of, url })
  return ok(await Promise.all(teams.map((team) => findFullTeam(call, team))), link)
}

type Listed = {
  readonly organization_id: number
  readonly parent_id: number
  readonly viewer_id: number
  readonly url: string
}

async function findPage(call: Call, words: readonly TeamWord[], { url, ...of }: Listed) {
  const { read } = call.app.store
  const { limit, offset } = pageOf(call.query)
  const [teams, counted] = await Promise.all([
    read.all(listedTeams(words), { ...of, limit, offset }),
    read.first(countTeams(words), of),
  ])
  return { teams, link: linkHeader(url, call.query, counted?.count ?? 0) }
}

async function getTeam(call: TeamCall): Promise<Answer> {
  return ok(await findFullTeam(call, call.team))
}

async function postTeam(call: OrganizationCall): Promise<Answer> {
  const request = parseBody(call.body, newTeam, 'Team')
  return created(await findFullTeam(call, await createTeam(call, request)))
}

async function patchTeam(call: TeamCall): Promise<Answer> {
  const change = parseBody(call.body, teamChange, 'Team')
  return ok(await findFullTeam(call, await changeTeam(call, change)))
}

/** The teams below it go with it, as on GitHub. */
async function removeTeam({ app, team }: TeamCall): Promise<Answer> {
  await app.store.transaction(async (tx) => {
    if (!(await tx.first(deleteTeam, { id: team.id }))) throw notFound()
    await recordAudit(app, tx, teamLine(team, 'delete'))
  })
  return noContent
}

async function findFullTeam({ app, urls }: Call, team: Team) {
  const { read } = app.store
  const organization = await findAccountById(read, team.organization_id)
  if (!organization) throw notFound()
  const holdings = await findHoldings(read, organization)
  return fullTeam(team, fullOrganization(organization, holdings, urls), urls)
}
