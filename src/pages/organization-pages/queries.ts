import { query } from '../../store/query.ts'

const listedMax = 1000

/** Owners first. */
export const peopleOf = query((db, p: { organization_id: number }) =>
  db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .select(['accounts.id', 'accounts.login', 'accounts.name', 'memberships.role'])
    .where('memberships.organization_id', '=', p.organization_id)
    .orderBy('memberships.role')
    .orderBy('accounts.login_key')
    .limit(listedMax),
)

type Viewed = { organization_id: number; viewer_id: number; isOwner: 0 | 1 }

/** Those that the viewer may know of, with how many are in each: a secret one is its members' and the owners'. */
export const teamsSeenBy = query((db, p: Viewed) =>
  db
    .selectFrom('teams')
    .leftJoin('team_members as own', (join) =>
      join.onRef('own.team_id', '=', 'teams.id').on('own.account_id', '=', p.viewer_id),
    )
    .select(['teams.id', 'teams.slug', 'teams.name', 'teams.description', 'teams.privacy'])
    .select((of) =>
      of
        .selectFrom('team_members')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('team_members.team_id', '=', 'teams.id')
        .as('members_count'),
    )
    .where('teams.organization_id', '=', p.organization_id)
    .where((where) =>
      where.or([
        where('teams.privacy', '=', 'closed'),
        where('own.role', 'is not', null),
        where(where.val(p.isOwner), '=', 1),
      ]),
    )
    .orderBy('teams.slug')
    .limit(listedMax),
)

export const membersOfTeam = query((db, p: { team_id: number }) =>
  db
    .selectFrom('team_members')
    .innerJoin('accounts', 'accounts.id', 'team_members.account_id')
    .select(['accounts.id', 'accounts.login', 'team_members.role'])
    .where('team_members.team_id', '=', p.team_id)
    .orderBy('accounts.login_key')
    .limit(listedMax),
)

/** What the team itself was given. */
export const repositoriesOfTeam = query((db, p: { team_id: number }) =>
  db
    .selectFrom('team_repositories')
    .innerJoin('repositories', 'repositories.id', 'team_repositories.repository_id')
    .select(['repositories.id', 'repositories.name', 'team_repositories.rank'])
    .where('team_repositories.team_id', '=', p.team_id)
    .orderBy('repositories.name_key')
    .limit(listedMax),
)
