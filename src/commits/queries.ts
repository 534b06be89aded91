import { sql } from 'kysely'
import { type Builder, columns, query } from '../store/query.ts'
import type { CommitStatusRow } from '../tables/commits.ts'

export const accountByEmail = query((db, p: { email: string }) =>
  db
    .selectFrom('accounts')
    .selectAll()
    .where(sql`lower(email)`, '=', p.email)
    .where('type', '=', 'User')
    .orderBy('id')
    .limit(1),
)

/** Whoever is first to give an empty repository a branch decides; the others find that it has one. */
export const touchPushed = query(
  (db, p: { id: number; pushed_at: string; known: string; chosen: string }) =>
    db
      .updateTable('repositories')
      .set((is) => ({
        pushed_at: p.pushed_at,
        default_branch: is
          .case()
          .when('default_branch', '=', p.known)
          .then(sql<string>`cast(${p.chosen} as text)`)
          .else(is.ref('default_branch'))
          .end(),
      }))
      .where('id', '=', p.id)
      .returning(['default_branch', 'pushed_at']),
)

type OfCommit = { repository_id: number; sha: string }

export const insertStatus = query((db, p: Omit<CommitStatusRow, 'id'>) =>
  db
    .insertInto('commit_statuses')
    .values(
      columns(p, [
        'repository_id',
        'sha',
        'creator_id',
        'state',
        'context',
        'context_key',
        'description',
        'target_url',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

export const countInContext = query((db, p: OfCommit & { context_key: string }) =>
  db
    .selectFrom('commit_statuses')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id)
    .where('sha', '=', p.sha)
    .where('context_key', '=', p.context_key),
)

const withCreator = (db: Builder) =>
  db
    .selectFrom('commit_statuses')
    .leftJoin('accounts', 'accounts.id', 'commit_statuses.creator_id')
    .selectAll('commit_statuses')
    .select([
      'accounts.login as creator_login',
      'accounts.type as creator_type',
      'accounts.site_admin as creator_site_admin',
    ])

/** Newest first. */
export const statusesOf = query((db, p: OfCommit & { limit: number; offset: number }) =>
  withCreator(db)
    .where('commit_statuses.repository_id', '=', p.repository_id)
    .where('commit_statuses.sha', '=', p.sha)
    .orderBy('commit_statuses.id', 'desc')
    .limit(p.limit)
    .offset(p.offset),
)

export const countStatuses = query((db, p: OfCommit) =>
  db
    .selectFrom('commit_statuses')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id)
    .where('sha', '=', p.sha),
)

/** The newest status of each context. */
const latestIds = (db: Builder, p: OfCommit) =>
  db
    .selectFrom('commit_statuses')
    .select(({ fn }) => fn.max('id').as('id'))
    .where('repository_id', '=', p.repository_id)
    .where('sha', '=', p.sha)
    .groupBy('context_key')

/** Oldest first, each context once. */
export const latestStatusesOf = query((db, p: OfCommit & { limit: number; offset: number }) =>
  withCreator(db)
    .where('commit_statuses.id', 'in', latestIds(db, p))
    .orderBy('commit_statuses.id')
    .limit(p.limit)
    .offset(p.offset),
)

export const countLatestByState = query((db, p: OfCommit) =>
  db
    .selectFrom('commit_statuses')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('id', 'in', latestIds(db, p))
    .groupBy('state')
    .orderBy('state'),
)

/** Whether anybody has said anything of the commit: most that are deployed have no statuses and no check runs. */
export const anyContextOf = query((db, p: OfCommit) =>
  db
    .selectFrom('commit_statuses')
    .select('id')
    .where('repository_id', '=', p.repository_id)
    .where('sha', '=', p.sha)
    .unionAll(
      db
        .selectFrom('check_runs')
        .select('id')
        .where('repository_id', '=', p.repository_id)
        .where('head_sha', '=', p.sha),
    )
    .limit(sql.lit(1)),
)

/** What is no success comes first, so that the limit can never hide a failure. */
export const latestContextsOf = query((db, p: OfCommit) =>
  db
    .selectFrom('commit_statuses')
    .select(['id', 'context', 'state'])
    .where('id', 'in', latestIds(db, p))
    .orderBy(sql`case when state = 'success' then 1 else 0 end`)
    .orderBy('id')
    .limit(1000),
)

export const emailByLogin = query((db, p: { login_key: string }) =>
  db.selectFrom('accounts').select('email').where('login_key', '=', p.login_key),
)
