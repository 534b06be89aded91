import { z } from 'zod'
import { recordAudit } from '../audit/audit.ts'
import type { AccessName } from '../auth/access.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { teamPermissionOf, teamPermissions, teamRankOf } from '../repositories/model.ts'
import {
  authorize,
  locateRepository,
  type RepositoryCall,
  repositoryRoute,
} from '../repositories/repositories.ts'
import { teamLine } from './model.ts'
import { grantedTeam, teamRepository } from './payload.ts'
import { countTeamsOfRepository, teamsOfRepository } from './queries.ts'
import {
  countRepositoriesOfTeam,
  deleteTeamRepository,
  rankInRepository,
  repositoriesOfTeam,
  upsertTeamRepository,
} from './repository-queries.ts'
import { requireMaintainer, type TeamCall, teamRoute } from './teams.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/teams/teams#${operation}`
const reads = (operation: string) =>
  ({ access: 'organization:read', docs: docsOf(operation) }) as const
const writes = (operation: string) => ({ access: 'teams:write', docs: docsOf(operation) }) as const
const listing = {
  access: 'metadata',
  docs: 'https://docs.github.com/rest/repos/repos#list-repository-teams',
} as const

const one = '/repos/:owner/:repo'

export const teamRepositoryRoutes: readonly Route[] = [
  teamRoute('GET', '/repos', reads('list-team-repositories'), listRepositories),
  teamRoute('GET', one, reads('check-team-permissions-for-a-repository'), checkRepository),
  teamRoute('PUT', one, writes('add-or-update-team-repository-permissions'), putRepository),
  teamRoute('DELETE', one, writes('remove-a-repository-from-a-team'), removeRepository),
  ...repositoryRoute('GET', '/teams', listing, listTeams),
]

/** Private ones only for a token with `repo` (contract 7.2). */
async function listRepositories(call: TeamCall): Promise<Answer> {
  const { app, actor, organization, team, query, urls } = call
  const { limit, offset } = pageOf(query)
  const words = actor.scopes.has('repo') ? [] : (['public'] as const)
  const of = { team_id: team.id }
  const [rows, counted] = await Promise.all([
    app.store.read.all(repositoriesOfTeam(words), { ...of, limit, offset }),
    app.store.read.first(countRepositoriesOfTeam(words), of),
  ])
  const items = rows.map(({ rank, ...row }) =>
    teamRepository({ ...row, owner: organization }, teamPermissionOf(rank) ?? 'pull', urls),
  )
  const url = `${urls.api}/orgs/${organization.login}/teams/${team.slug}/repos`
  return ok(items, linkHeader(url, query, counted?.count ?? 0))
}

/** 204, or the repository for who asks for its media type. */
async function checkRepository(call: TeamCall): Promise<Answer> {
  const { app, team, urls, headers } = call
  const { repository } = await findRepository(call, 'metadata')
  const ids = { team_id: team.id, repository_id: repository.id }
  const permission = teamPermissionOf(
    (await app.store.read.first(rankInRepository, ids))?.rank ?? null,
  )
  if (!permission) throw notFound()
  const wantsBody = headers.accept?.includes('repository+json') === true
  return wantsBody ? ok(teamRepository(repository, permission, urls)) : noContent
}

async function findRepository({ app, actor, params }: TeamCall, access: AccessName) {
  const { read } = app.store
  const { repository } = await locateRepository(read, params['owner'] ?? '', params['repo'] ?? '')
  return { repository, permission: await authorize(read, actor, repository, access) }
}

const request = z.object({ permission: z.enum(teamPermissions).default('push') })

/** For who administrates the repository. */
async function putRepository(call: TeamCall): Promise<Answer> {
  const { permission } = parseBody(call.body, request, 'TeamMember')
  const { repository } = await findRepository(call, 'metadata:admin')
  if (repository.owner_id !== call.organization.id) {
    const message = `${repository.name} does not belong to this organization`
    throw invalidField({ resource: 'TeamMember', code: 'custom', message })
  }
  const { id: repository_id } = repository
  const row = { team_id: call.team.id, repository_id, rank: teamRankOf(permission) }
  await call.app.store.transaction(async (tx) => {
    await tx.all(upsertTeamRepository, row)
    const line = { ...teamLine(call.team, 'add_repository'), repository_id }
    await recordAudit(call.app, tx, { ...line, after: { permission } })
  }, repository_id)
  return noContent
}

/** For who administrates the repository or maintains the team; 204 as well for one that it did not have. */
async function removeRepository(call: TeamCall): Promise<Answer> {
  const { repository, permission } = await findRepository(call, 'metadata')
  if (permission !== 'admin') requireMaintainer(call)
  const row = { team_id: call.team.id, repository_id: repository.id }
  await call.app.store.transaction(async (tx) => {
    await tx.all(deleteTeamRepository, row)
    const line = teamLine(call.team, 'remove_repository')
    await recordAudit(call.app, tx, { ...line, repository_id: repository.id })
  }, repository.id)
  return noContent
}

/** The teams that have the repository, with what each may do there; for who is not in the organisation there are none. */
async function listTeams(call: RepositoryCall): Promise<Answer> {
  const { app, actor, repository, query, urls } = call
  const { limit, offset } = pageOf(query)
  const viewer_id = actor.kind === 'user' ? actor.account.id : 0
  const of = { repository_id: repository.id, viewer_id }
  const [rows, counted] = await Promise.all([
    app.store.read.all(teamsOfRepository, { ...of, limit, offset }),
    app.store.read.first(countTeamsOfRepository, of),
  ])
  const items = rows.map(({ rank, ...team }) =>
    grantedTeam(team, teamPermissionOf(rank) ?? 'pull', urls),
  )
  const url = `${urls.api}/repositories/${repository.id}/teams`
  return ok(items, linkHeader(url, query, counted?.count ?? 0))
}
