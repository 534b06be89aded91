import { Problem } from '../lib/problem.ts'

/** How much of one thing a token may do: each level contains the one before it. */
type Level = 'read' | 'write' | 'admin'

/** By GitHub's names: `{ deployments: 'write', contents: 'read' }`. */
export type Permissions = Readonly<Record<string, Level>>

const repository = `actions actions_variables administration artifact_metadata attestations checks
  code_quality codespaces contents dependabot_secrets deployments discussions environments issues
  merge_queues metadata packages pages pull_requests repository_custom_properties repository_hooks
  repository_projects secret_scanning_alerts secrets security_events single_file statuses
  vulnerability_alerts workflows`
const organization = `custom_properties_for_organizations members organization_actions_variables
  organization_administration organization_announcement_banners organization_copilot_agent_settings
  organization_copilot_seat_management organization_custom_org_roles organization_custom_properties
  organization_custom_roles organization_events organization_hooks organization_packages
  organization_personal_access_token_requests organization_personal_access_tokens organization_plan
  organization_projects organization_secrets organization_self_hosted_runners
  organization_user_blocking`
const person = `blocking email_addresses emails enterprise_custom_properties_for_organizations
  followers git_ssh_keys gpg_keys interaction_limits keys plan profile starring watching`

/**
 * Every permission that a GitHub App or a fine-grained token can be given (GitHub: "Permissions required for
 * GitHub Apps"). Most are about what is not here: an App that was written for GitHub asks for them all the same.
 */
export const permissionNames: readonly string[] = `${repository} ${organization} ${person}`.split(
  /\s+/,
)

export const isOfOrganizations = (name: string): boolean => organization.split(/\s+/).includes(name)

/** What a token can be given of it. */
export const levelsOf = (name: string): readonly Level[] => {
  if (name === 'metadata') return ['read']
  return name === 'workflows' || name === 'profile' ? ['write'] : ['read', 'write']
}

/** Of `deployments=write` and the like. Throws `invalid` for names and levels that there are not. */
export function parsePermissions(asked: readonly string[]): Permissions {
  return Object.fromEntries(asked.map(parsePermission))
}

function parsePermission(asked: string): [name: string, level: Level] {
  const [name = '', text] = asked.split('=')
  if (!permissionNames.includes(name)) {
    const known = permissionNames.join(', ')
    throw new Problem('invalid', `"${name}" is not a permission. Known: ${known}`)
  }
  const level = levelsOf(name).find((possible) => possible === text)
  if (level) return [name, level]
  const possible = levelsOf(name).map((one) => `${name}=${one}`)
  throw new Problem('invalid', `"${asked}" says no level: give ${possible.join(' or ')}`)
}

const ranks: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 }

const rankOf = (level: string | undefined): number => ranks[level ?? ''] ?? 0

/**
 * Whether the granted permissions reach what an operation asks for, in the
 * notation of `X-Accepted-GitHub-Permissions`: a comma is "and", a semicolon is
 * "or" (contract 7.3). An empty demand is met by anyone.
 */
export function isReached(granted: Permissions, wanted: string): boolean {
  return wanted.split(';').some((all) =>
    all.split(',').every((one) => {
      const [name = '', level] = one.trim().split('=')
      return rankOf(granted[name]) >= rankOf(level)
    }),
  )
}

/** Whether every one of `part` is within `whole`: a token may narrow what it comes from, never widen it. */
export const isWithin = (part: Permissions, whole: Permissions): boolean =>
  Object.entries(part).every(([name, level]) => rankOf(whole[name]) >= rankOf(level))

/** What both of them reach. */
export const sharedPermissions = (one: Permissions, other: Permissions): Permissions =>
  Object.fromEntries(
    Object.entries(one).flatMap(([name, level]) => {
      const beside = other[name]
      if (beside === undefined) return []
      return [[name, rankOf(beside) < rankOf(level) ? beside : level]]
    }),
  )

/** Of stored JSON. Every token that has permissions sees what repositories are called. */
export const permissionsIn = (json: string | null): Permissions => ({
  metadata: 'read',
  ...(JSON.parse(json ?? '{}') as Permissions),
})
