import { sql } from 'kysely'
import { type Builder, columns, query, queryFor } from '../store/query.ts'
import type { TeamRow } from '../tables/teams.ts'
import type { MemberRole } from './model.ts'

type Page = { limit: number; offset: number }

/** Members and repositories of a team are also those that come to it from its relatives. */
const membersCount = sql<number>`(select count(distinct team_members.account_id) from team_members
  inner join team_ancestors on team_ancestors.team_id = team_members.team_id
  where team_ancestors.ancestor_id = teams.id)`
const reposCount = sql<number>`(select count(distinct team_repositories.repository_id) from team_repositories
  inner join team_ancestors on team_ancestors.ancestor_id = team_repositories.team_id
  where team_ancestors.team_id = teams.id)`

const teamsWithRelations = (db: Builder) =>
  db
    .selectFrom('teams')
    .innerJoin('accounts', 'accounts.id', 'teams.organization_id')
    .leftJoin('teams as parents', 'parents.id', 'teams.parent_id')
    .selectAll('teams')
    .select([
      'accounts.login as organization_login',
      'parents.name as parent_name',
      'parents.slug as parent_slug',
      'parents.description as parent_description',
      'parents.privacy as parent_privacy',
      membersCount.as('members_count'),
      reposCount.as('repos_count'),
    ])

export const teamBySlug = query((db, p: { organization_id: number; slug: string }) =>
  teamsWithRelations(db)
    .where('teams.organization_id', '=', p.organization_id)
    .where('teams.slug', '=', p.slug),
)

export const teamById = query((db, p: { id: number }) =>
  teamsWithRelations(db).where('teams.id', '=', p.id),
)

type Run = { repository_id: number; first_id: number; last_id: number }

/** Those who review deployments to any of a run of a repository's environments. */
export const reviewingTeams = query((db, p: Run) =>
  teamsWithRelations(db).where('teams.id', 'in', (e) =>
    e
      .selectFrom('environment_reviewers')
      .innerJoin('environment_rules', 'environment_rules.id', 'environment_reviewers.rule_id')
      .innerJoin('environments', 'environments.id', 'environment_rules.environment_id')
      .select('environment_reviewers.team_id')
      .where('environments.repository_id', '=', p.repository_id)
      .where('environments.id', '>=', p.first_id)
      .where('environments.id', '<=', p.last_id),
  ),
)

/** Which teams are listed: of the organisation, below another one, of the viewer. */
export type TeamWord = 'organization' | 'children' | 'own'

type Listing = {
  readonly organization_id: number
  readonly parent_id: number
  readonly viewer_id: number
}

export const listedTeams = queryFor((words: ReadonlySet<TeamWord>) =>
  query((db, p: Listing & Page) =>
    teamsWithRelations(db)
      .where('teams.id', 'in', matching(db, p, words))
      .orderBy('teams.slug')
      .orderBy('teams.id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countTeams = queryFor((words: ReadonlySet<TeamWord>) =>
  query((db, p: Listing) =>
    db
      .selectFrom('teams')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('teams.id', 'in', matching(db, p, words)),
  ),
)

const matching = (db: Builder, p: Listing, words: ReadonlySet<TeamWord>) =>
  db
    .selectFrom('teams as every')
    .select('every.id')
    .where('every.id', 'in', visibleTo(db, p.viewer_id))
    .where((where) =>
      where.and(
        [
          words.has('organization') && where('every.organization_id', '=', p.organization_id),
          words.has('children') && where('every.parent_id', '=', p.parent_id),
          words.has('own') && where('every.id', 'in', teamsWith(db, p.viewer_id)),
        ].filter((narrowing) => narrowing !== false),
      ),
    )

/** Members of an organisation see its closed teams and their own; its owners see all. */
const visibleTo = (db: Builder, viewerId: number) =>
  db
    .selectFrom('teams as seen')
    .innerJoin('memberships', 'memberships.organization_id', 'seen.organization_id')
    .select('seen.id')
    .where('memberships.account_id', '=', viewerId)
    .where((where) =>
      where.or([
        where('memberships.role', '=', 'admin'),
        where('seen.privacy', '=', 'closed'),
        where('seen.id', 'in', teamsWith(db, viewerId)),
      ]),
    )

const teamsWith = (db: Builder, accountId: number) =>
  db.selectFrom('team_members').select('team_id').where('account_id', '=', accountId)

type OfRepository = { readonly repository_id: number; readonly viewer_id: number }

/** The teams that the viewer sees and that have a repository, by themselves or from above, with the highest rank. */
export const teamsOfRepository = query((db, p: OfRepository & Page) =>
  teamsWithRelations(db)
    .innerJoin('team_ancestors', 'team_ancestors.team_id', 'teams.id')
    .innerJoin('team_repositories', 'team_repositories.team_id', 'team_ancestors.ancestor_id')
    .select(({ fn }) => fn.max<number>('team_repositories.rank').as('rank'))
    .where('team_repositories.repository_id', '=', p.repository_id)
    .where('teams.id', 'in', visibleTo(db, p.viewer_id))
    .groupBy(['teams.id', 'accounts.id', 'parents.id'])
    .orderBy('teams.slug')
    .limit(p.limit)
    .offset(p.offset),
)

export const countTeamsOfRepository = query((db, p: OfRepository) =>
  db
    .selectFrom('team_ancestors')
    .innerJoin('team_repositories', 'team_repositories.team_id', 'team_ancestors.ancestor_id')
    .select(sql<number>`count(distinct team_ancestors.team_id)`.as('count'))
    .where('team_repositories.repository_id', '=', p.repository_id)
    .where('team_ancestors.team_id', 'in', visibleTo(db, p.viewer_id)),
)

export const insertTeam = query((db, p: Omit<TeamRow, 'id'>) =>
  db
    .insertInto('teams')
    .values(
      columns(p, [
        'organization_id',
        'parent_id',
        'name',
        'slug',
        'description',
        'privacy',
        'created_at',
        'updated_at',
      ]),
    )
    .returning('id'),
)

export const updateTeam = query((db, p: Omit<TeamRow, 'organization_id' | 'created_at'>) =>
  db
    .updateTable('teams')
    .set(columns(p, ['parent_id', 'name', 'slug', 'description', 'privacy', 'updated_at']))
    .where('id', '=', p.id),
)

export const deleteTeam = query((db, p: { id: number }) =>
  db.deleteFrom('teams').where('id', '=', p.id).returning('id'),
)

export const anyChild = query((db, p: { parent_id: number }) =>
  db.selectFrom('teams').select('id').where('parent_id', '=', p.parent_id).limit(1),
)

export const isBelow = query((db, p: { team_id: number; ancestor_id: number }) =>
  db
    .selectFrom('team_ancestors')
    .select('team_id')
    .where('team_id', '=', p.team_id)
    .where('ancestor_id', '=', p.ancestor_id),
)

export const insertSelf = query((db, p: { team_id: number }) =>
  db.insertInto('team_ancestors').values({ team_id: p.team_id, ancestor_id: p.team_id }),
)

const below = (db: Builder, teamId: number) =>
  db
    .selectFrom('team_ancestors as lower')
    .select('lower.team_id')
    .where('lower.ancestor_id', '=', teamId)

/** Takes a team, with all below it, from under what is above it. */
export const detach = query((db, p: { team_id: number }) =>
  db
    .deleteFrom('team_ancestors')
    .where('team_id', 'in', below(db, p.team_id))
    .where('ancestor_id', 'not in', below(db, p.team_id)),
)

/** Puts a team, with all below it, under another one and what is above that. */
export const attach = query((db, p: { team_id: number; parent_id: number }) =>
  db
    .insertInto('team_ancestors')
    .columns(['team_id', 'ancestor_id'])
    .expression(
      db
        .selectFrom('team_ancestors as lower')
        .innerJoin('team_ancestors as upper', (join) => join.on('upper.team_id', '=', p.parent_id))
        .select(['lower.team_id', 'upper.ancestor_id'])
        .where('lower.ancestor_id', '=', p.team_id),
    ),
)

type Member = { team_id: number; account_id: number }

export const upsertMember = query((db, p: Member & { role: MemberRole }) =>
  db
    .insertInto('team_members')
    .values(columns(p, ['team_id', 'account_id', 'role']))
    .onConflict((conflict) =>
      conflict.columns(['team_id', 'account_id']).doUpdateSet({ role: p.role }),
    ),
)

export const deleteMember = query((db, p: Member) =>
  db
    .deleteFrom('team_members')
    .where('team_id', '=', p.team_id)
    .where('account_id', '=', p.account_id)
    .returning('account_id'),
)

/** Directly, not by a team below. */
export const memberRole = query((db, p: Member) =>
  db
    .selectFrom('team_members')
    .select('role')
    .where('team_id', '=', p.team_id)
    .where('account_id', '=', p.account_id),
)

const membersIn = (db: Builder, teamId: number, roles: ReadonlySet<MemberRole>) =>
  db.selectFrom('accounts').where('accounts.id', 'in', (of) =>
    of
      .selectFrom('team_members')
      .innerJoin('team_ancestors', 'team_ancestors.team_id', 'team_members.team_id')
      .select('team_members.account_id')
      .where('team_ancestors.ancestor_id', '=', teamId)
      .where('team_members.role', 'in', [...roles]),
  )

/** Those of the teams below are members as well. */
export const teamMembers = queryFor((roles: ReadonlySet<MemberRole>) =>
  query((db, p: { team_id: number } & Page) =>
    membersIn(db, p.team_id, roles)
      .selectAll()
      .orderBy('accounts.login_key')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countTeamMembers = queryFor((roles: ReadonlySet<MemberRole>) =>
  query((db, p: { team_id: number }) =>
    membersIn(db, p.team_id, roles).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)
