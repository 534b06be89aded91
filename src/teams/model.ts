import { z } from 'zod'
import { line, text } from '../http/text.ts'
import type { TeamRow } from '../tables/teams.ts'

type Parent = Pick<TeamRow, 'name' | 'slug' | 'description' | 'privacy'>

/** A team with what its payload tells besides. */
export type Team = TeamRow & {
  readonly organization_login: string
  readonly members_count: number
  readonly repos_count: number
} & { readonly [Column in keyof Parent as `parent_${Column}`]: Parent[Column] | null }

export type MemberRole = 'member' | 'maintainer'

const namesMax = 100
const nameCharactersMax = 255
const descriptionCharactersMax = 1000

const name = line(nameCharactersMax).refine((given) => slugOf(given) !== '', {
  error: 'needs a letter or a digit',
})
const privacy = z.enum(['closed', 'secret'])
const details = {
  description: text(descriptionCharactersMax).nullish(),
  privacy: privacy.optional(),
  parent_team_id: z.int().nullish(),
}

/** `POST /orgs/{org}/teams`. */
export const newTeam = z.object({
  ...details,
  name,
  maintainers: z.array(z.string()).max(namesMax).default([]),
  repo_names: z.array(z.string()).max(namesMax).default([]),
})

/** `PATCH /orgs/{org}/teams/{team_slug}`: what is absent stays. */
export const teamChange = z.object({ ...details, name: name.optional() })

export type NewTeam = z.infer<typeof newTeam>
export type TeamChange = z.infer<typeof teamChange>

/** `PUT …/memberships/{username}`. */
export const membershipRequest = z.object({
  role: z.enum(['member', 'maintainer']).default('member'),
})

/** The name in paths: `Core Ops!` is `core-ops`. */
export const slugOf = (given: string): string =>
  given
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z\d_]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** How the audit log names a team. */
export const teamLine = ({ organization_id, slug }: Team, verb: string) => ({
  action: `team.${verb}`,
  owner_id: organization_id,
  subject: `team ${slug}`,
})
