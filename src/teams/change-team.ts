import { findAccount, findRole } from '../accounts/accounts.ts'
import { recordAudit } from '../audit/audit.ts'
import { invalidField } from '../lib/problem.ts'
import { type OrganizationCall, organizationLock } from '../organizations/model.ts'
import { teamRankOf } from '../repositories/model.ts'
import { authorize, locateRepository } from '../repositories/repositories.ts'
import { Duplicate, type Tx } from '../store/engine.ts'
import { type NewTeam, slugOf, type Team, type TeamChange } from './model.ts'
import {
  anyChild,
  attach,
  detach,
  insertSelf,
  insertTeam,
  isBelow,
  teamById,
  updateTeam,
  upsertMember,
} from './queries.ts'
import { upsertTeamRepository } from './repository-queries.ts'
import { findParent, type TeamCall } from './teams.ts'

/** Whoever makes a team maintains it. Throws `invalid` for a name that is taken, and for who or what cannot be in it. */
export async function createTeam(call: OrganizationCall, request: NewTeam): Promise<Team> {
  const parent_id = await parentIdIn(call, request)
  const maintainers = await findMaintainers(call, request.maintainers)
  const repositoryIds = await findRepositories(call, request.repo_names)
  const now = call.app.now().toISOString()
  const row = {
    organization_id: call.organization.id,
    parent_id,
    name: request.name,
    slug: slugOf(request.name),
    description: request.description ?? null,
    privacy: request.privacy ?? (parent_id === null ? 'secret' : 'closed'),
    created_at: now,
    updated_at: now,
  }
  requireNoSecretRelative(row)
  return await changing(call, 'team.create', async (tx) => {
    const team = await tx.first(insertTeam, row)
    if (!team) throw new Error('The new team was not returned')
    await tx.all(insertSelf, { team_id: team.id })
    if (parent_id !== null) await tx.all(attach, { team_id: team.id, parent_id })
    for (const account_id of [call.actor.account.id, ...maintainers]) {
      await tx.all(upsertMember, { team_id: team.id, account_id, role: 'maintainer' })
    }
    for (const repository_id of repositoryIds) {
      await tx.all(upsertTeamRepository, {
        team_id: team.id,
        repository_id,
        rank: teamRankOf('pull'),
      })
    }
    return team.id
  })
}

/** Throws `invalid` as `createTeam`, and for a parent that is the team itself or below it. */
export async function changeTeam(call: TeamCall, change: TeamChange): Promise<Team> {
  const { team, app } = call
  const { id: team_id } = team
  const isMoved = change.parent_team_id !== undefined
  const parent_id = isMoved ? await parentIdIn(call, change) : team.parent_id
  const name = change.name ?? team.name
  const row = {
    id: team_id,
    parent_id,
    name,
    slug: change.name === undefined ? team.slug : slugOf(name),
    description: change.description === undefined ? team.description : change.description,
    privacy: change.privacy ?? team.privacy,
    updated_at: app.now().toISOString(),
  }
  requireNoSecretRelative(row)
  return await changing(call, 'team.update', async (tx) => {
    if (row.privacy === 'secret') await requireNoChildren(tx, team)
    await tx.all(updateTeam, row)
    if (isMoved) await move(tx, team_id, parent_id)
    return team_id
  })
}

async function move(tx: Tx, team_id: number, parent_id: number | null): Promise<void> {
  if (
    parent_id !== null &&
    (await tx.first(isBelow, { team_id: parent_id, ancestor_id: team_id }))
  ) {
    throw teamProblem('parent_team_id', 'parent_team_id is that of the team itself, or below it')
  }
  await tx.all(detach, { team_id })
  if (parent_id !== null) await tx.all(attach, { team_id, parent_id })
}

async function changing(
  { app, organization }: OrganizationCall,
  action: string,
  change: (tx: Tx) => Promise<number>,
): Promise<Team> {
  try {
    return await app.store.transaction(async (tx) => {
      const team = await tx.first(teamById, { id: await change(tx) })
      if (!team) throw new Error('The changed team was not found')
      const { slug, privacy, parent_id } = team
      const line = { action, owner_id: organization.id, subject: `team ${slug}` }
      await recordAudit(app, tx, { ...line, after: { name: team.name, privacy, parent_id } })
      return team
    }, organizationLock(organization))
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw invalidField({ resource: 'Team', field: 'name', code: 'already_exists' })
  }
}

async function parentIdIn(
  call: OrganizationCall,
  { parent_team_id: id }: Pick<TeamChange, 'parent_team_id'>,
): Promise<number | null> {
  if (id === null || id === undefined) return null
  if (await findParent(call, id)) return id
  const message = `parent_team_id must be that of a closed team of this organization, which ${id} is not`
  throw teamProblem('parent_team_id', message)
}

/** GitHub nests only teams that everybody sees. */
function requireNoSecretRelative({
  privacy,
  parent_id,
}: Pick<Team, 'privacy' | 'parent_id'>): void {
  if (privacy === 'secret' && parent_id !== null) {
    throw teamProblem('privacy', 'privacy must be closed for a team with a parent')
  }
}

async function requireNoChildren(tx: Tx, { id }: Team): Promise<void> {
  if (!(await tx.first(anyChild, { parent_id: id }))) return
  throw teamProblem('privacy', 'privacy must be closed for a team with teams below it')
}

async function findMaintainers(
  { app, organization }: OrganizationCall,
  logins: readonly string[],
): Promise<number[]> {
  const { read } = app.store
  const accounts = await Promise.all(logins.map((login) => findAccount(read, login)))
  for (const { id, login } of accounts) {
    if ((await findRole(read, organization.id, id)) === undefined) {
      throw teamProblem('maintainers', `maintainers must be members, which ${login} is not`)
    }
  }
  return accounts.map(({ id }) => id)
}

/** Full names of repositories that the caller administrates. */
async function findRepositories(
  { app, actor, organization }: OrganizationCall,
  names: readonly string[],
): Promise<number[]> {
  const { read } = app.store
  const found = names.map(async (fullName) => {
    const [owner = '', name = ''] = fullName.split('/')
    const { repository } = await locateRepository(read, owner, name)
    await authorize(read, actor, repository, 'metadata:admin')
    if (repository.owner_id === organization.id) return repository.id
    throw teamProblem('repo_names', `${fullName} does not belong to this organization`)
  })
  return await Promise.all(found)
}

const teamProblem = (field: string, message: string) =>
  invalidField({ resource: 'Team', field, code: 'custom', message })
