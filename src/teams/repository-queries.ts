import { sql } from 'kysely'
import { type Builder, columns, query, queryFor } from '../store/query.ts'

type Given = { team_id: number; repository_id: number }

export const upsertTeamRepository = query((db, p: Given & { rank: number }) =>
  db
    .insertInto('team_repositories')
    .values(columns(p, ['team_id', 'repository_id', 'rank']))
    .onConflict((conflict) =>
      conflict.columns(['team_id', 'repository_id']).doUpdateSet({ rank: p.rank }),
    ),
)

export const deleteTeamRepository = query((db, p: Given) =>
  db
    .deleteFrom('team_repositories')
    .where('team_id', '=', p.team_id)
    .where('repository_id', '=', p.repository_id),
)

/** What the team was given, and what was given to those above it. */
const given = (db: Builder, teamId: number) =>
  db
    .selectFrom('team_repositories')
    .innerJoin('team_ancestors', 'team_ancestors.ancestor_id', 'team_repositories.team_id')
    .where('team_ancestors.team_id', '=', teamId)

/** The highest rank; null for a repository that the team does not have. */
export const rankInRepository = query((db, p: Given) =>
  given(db, p.team_id)
    .select(({ fn }) => fn.max<number | null>('team_repositories.rank').as('rank'))
    .where('team_repositories.repository_id', '=', p.repository_id),
)

type Word = 'public'

const repositories = (db: Builder, teamId: number, words: ReadonlySet<Word>) => {
  const every = given(db, teamId).innerJoin(
    'repositories',
    'repositories.id',
    'team_repositories.repository_id',
  )
  return words.has('public') ? every.where('repositories.private', '=', 0) : every
}

export const repositoriesOfTeam = queryFor((words: ReadonlySet<Word>) =>
  query((db, p: { team_id: number; limit: number; offset: number }) =>
    repositories(db, p.team_id, words)
      .selectAll('repositories')
      .select(({ fn }) => fn.max<number>('team_repositories.rank').as('rank'))
      .groupBy('repositories.id')
      .orderBy('repositories.name_key')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countRepositoriesOfTeam = queryFor((words: ReadonlySet<Word>) =>
  query((db, p: { team_id: number }) =>
    repositories(db, p.team_id, words).select(
      sql<number>`count(distinct repositories.id)`.as('count'),
    ),
  ),
)
