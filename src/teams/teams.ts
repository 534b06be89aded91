import { findRole } from '../accounts/accounts.ts'
import type { Method, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { OrganizationAccessName, OrganizationCall } from '../organizations/model.ts'
import { organizationRoute } from '../organizations/organizations.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import type { Team } from './model.ts'
import { memberRole, reviewingTeams, teamById, teamBySlug } from './queries.ts'
import { rankInRepository } from './repository-queries.ts'

/** A request about a team that the caller may know of. */
export type TeamCall = OrganizationCall & {
  readonly team: Team
  /** Owners of the organisation maintain every team. */
  readonly isMaintainer: boolean
}

type Needs = { readonly access: OrganizationAccessName; readonly docs: string }

/** A route below `/orgs/:org/teams/:team_slug`. */
export const teamRoute = (
  method: Method,
  path: string,
  needs: Needs,
  handler: (call: TeamCall) => Promise<Answer>,
): Route =>
  organizationRoute(method, `/teams/:team_slug${path}`, needs, async (call) =>
    handler(await atTeam(call)),
  )

/** As `teamRoute`, for those who maintain the team. */
export const maintainerRoute = (
  method: Method,
  path: string,
  docs: string,
  handler: (call: TeamCall) => Promise<Answer>,
): Route =>
  teamRoute(method, path, { access: 'teams:write', docs }, async (call) => {
    requireMaintainer(call)
    return await handler(call)
  })

/** Throws `not_found`, also for a secret team that the caller is not in. */
async function atTeam(call: OrganizationCall): Promise<TeamCall> {
  const { read } = call.app.store
  const at = { organization_id: call.organization.id, slug: call.params['team_slug'] ?? '' }
  const team = await read.first(teamBySlug, at)
  if (!team) throw notFound()
  const standing = await findStanding(read, call, team)
  if (team.privacy === 'secret' && !standing.isMember) throw notFound()
  return { ...call, team, isMaintainer: standing.isMaintainer }
}

async function findStanding(db: Db, { actor, role }: OrganizationCall, { id }: Team) {
  if (role === 'admin') return { isMember: true, isMaintainer: true }
  const own = await db.first(memberRole, { team_id: id, account_id: actor.account.id })
  return { isMember: own !== undefined, isMaintainer: own?.role === 'maintainer' }
}

export function requireMaintainer({ isMaintainer }: Pick<TeamCall, 'isMaintainer'>): void {
  if (isMaintainer) return
  const message = 'You must be an owner of this organization or a maintainer of the team.'
  throw new Problem('forbidden', message)
}

/**
 * The team that others are to be below: what it may, they may, so only who
 * maintains it puts one there. Undefined for none that could be a parent.
 */
export async function findParent(call: OrganizationCall, id: number): Promise<Team | undefined> {
  const { read } = call.app.store
  const team = await read.first(teamById, { id })
  if (team?.organization_id !== call.organization.id || team.privacy === 'secret') return undefined
  requireMaintainer(await findStanding(read, call, team))
  return team
}

export const findTeamById = (db: Db, id: number): Promise<Team | undefined> =>
  db.first(teamById, { id })

export const findTeamBySlug = (
  db: Db,
  organization_id: number,
  slug: string,
): Promise<Team | undefined> => db.first(teamBySlug, { organization_id, slug })

/** The teams that review deployments to a run of a repository's environments. */
export const findReviewingTeams = (
  db: Db,
  run: { readonly repository_id: number; readonly first_id: number; readonly last_id: number },
): Promise<Team[]> => db.all(reviewingTeams, run)

/** A team reads what is public in its organisation, and what it was given. */
export async function canTeamRead(db: Db, repository: Repository, team: Team): Promise<boolean> {
  if (team.organization_id !== repository.owner_id) return false
  if (repository.private === 0) return true
  const ids = { team_id: team.id, repository_id: repository.id }
  const given = await db.first(rankInRepository, ids)
  return (given?.rank ?? null) !== null
}

/** A member's role in a team, as it counts: owners of the organisation maintain every team. */
export async function findTeamRole(db: Db, team: Team, account_id: number) {
  const own = await db.first(memberRole, { team_id: team.id, account_id })
  if (!own) return undefined
  const role = await findRole(db, team.organization_id, account_id)
  return role === 'admin' ? 'maintainer' : own.role
}
