import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { fullOrganization } from '../people/payload.ts'
import { type Repository, type TeamPermission, teamRankOf } from '../repositories/model.ts'
import { repositoryPayload } from '../repositories/payload.ts'
import type { MemberRole, Team } from './model.ts'

type Schemas = components['schemas']
type Names = Pick<Team, 'organization_id' | 'organization_login' | 'slug' | 'name' | 'id'>
type Described = Names & Pick<Team, 'description' | 'privacy'>

/** Within another one, and as a reviewer. */
function simpleTeam(team: Described, urls: Urls) {
  const url = teamUrl(team, urls)
  return {
    name: team.name,
    id: team.id,
    node_id: nodeId('T', team.organization_id, team.id),
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled' as const,
    url,
    html_url: `${urls.web}/orgs/${team.organization_login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization' as const,
    organization_id: team.organization_id,
    permission: 'pull',
  } satisfies Schemas['team-simple']
}

const teamUrl = ({ organization_login, slug }: Names, urls: Urls) =>
  `${urls.api}/orgs/${organization_login}/teams/${slug}`

export const teamPayload = (team: Team, urls: Urls) =>
  ({
    ...simpleTeam(team, urls),
    parent: parentPayload(team, urls),
  }) satisfies Schemas['team']

function parentPayload(team: Team, urls: Urls) {
  const { parent_id: id, parent_name: name, parent_slug: slug, parent_privacy: privacy } = team
  if (id === null || name === null || slug === null || privacy === null) return null
  const parent = { id, name, slug, privacy, description: team.parent_description }
  return simpleTeam({ ...team, ...parent }, urls)
}

/** An item of a repository's teams: with what it may do there. */
export const grantedTeam = (team: Team, permission: TeamPermission, urls: Urls) =>
  ({
    ...teamPayload(team, urls),
    permission,
    permissions: permissionsOf(permission),
  }) satisfies Schemas['team']

export function fullTeam(
  team: Team,
  organization: ReturnType<typeof fullOrganization>,
  urls: Urls,
) {
  return {
    ...teamPayload(team, urls),
    created_at: toSecond(team.created_at),
    updated_at: toSecond(team.updated_at),
    members_count: team.members_count,
    repos_count: team.repos_count,
    organization: { ...organization, type: 'Organization' as const },
  } satisfies Schemas['team-full']
}

export const membershipPayload = (
  team: Team,
  { login }: Pick<Account, 'login'>,
  role: MemberRole,
  urls: Urls,
) =>
  ({
    state: 'active',
    role,
    url: `${teamUrl(team, urls)}/memberships/${login}`,
  }) satisfies Schemas['team-membership']

const roleNames = {
  pull: 'read',
  triage: 'triage',
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
} as const satisfies Record<TeamPermission, string>

/** A repository as a team has it. */
export const teamRepository = (repository: Repository, permission: TeamPermission, urls: Urls) =>
  ({
    ...repositoryPayload(repository, urls),
    permissions: permissionsOf(permission),
    role_name: roleNames[permission],
  }) satisfies Schemas['team-repository']

function permissionsOf(permission: TeamPermission) {
  const rank = teamRankOf(permission)
  const reaches = (other: TeamPermission) => rank >= teamRankOf(other)
  return {
    admin: reaches('admin'),
    maintain: reaches('maintain'),
    push: reaches('push'),
    triage: reaches('triage'),
    pull: true,
  }
}
