import { expressionBuilder, sql } from 'kysely'
import type { Limits } from '../auth/model.ts'
import { isChosenFor, isCovered } from '../auth/queries.ts'
import { type Builder, query, queryFor } from '../store/query.ts'
import type { Tables } from '../tables/tables.ts'
import { ownerColumns, teamRank, teamRankOf } from './model.ts'
import { accountsWithStanding } from './queries.ts'

/** Where the repositories of a list come from; several add up. */
export type Source = 'owned' | 'collaborating' | 'organizations'
/** What is left of them: each narrows. `visible` is what the viewer may read. */
type Narrowing = 'public' | 'private' | 'visible' | 'since' | 'before'
/** What is private is shown as far as a token with permissions is for it: each narrows that further. */
type Guard = Limits['kind'] | 'one owner' | 'selected'
export type SortColumn = 'created' | 'updated' | 'pushed' | 'full_name'
/** What a list is made of; without `descending` it goes up. */
export type ListWord = Source | Narrowing | Guard | SortColumn | 'descending'

export type ListParams = Listed & Viewer

/** Who is looking. */
type Viewer = {
  /** 0 for nobody. */
  readonly viewer_id: number
  /** The viewer's token, and what it is bound to; 0 for nothing. */
  readonly token_id: number
  readonly resource_owner_id: number
  readonly app_id: number
  readonly installation_id: number
}

/** Which are looked at. */
export type Listed = {
  /** Whose repositories. */
  readonly subject_id: number
  readonly since: string
  readonly before: string
  readonly limit: number
  readonly offset: number
}

type Words = ReadonlySet<ListWord>

export const listedRepositories = queryFor((words: Words) =>
  query((db, p: ListParams) => {
    const direction = words.has('descending') ? 'desc' : 'asc'
    return columnsToSortBy(words)
      .reduce((list, column) => list.orderBy(column, direction), matching(db, p, words))
      .selectAll('repositories')
      .select([...ownerColumns, 'memberships.role', 'collaborators.permission'])
      .select(teamRank(sql`${p.viewer_id}`, sql.ref('repositories.id')).as('team_rank'))
      .limit(p.limit)
      .offset(p.offset)
  }),
)

export const countedRepositories = queryFor((words: Words) =>
  query((db, p: ListParams) =>
    matching(db, p, words).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

function columnsToSortBy(words: Words) {
  const id = sql.ref('repositories.id')
  if (words.has('created')) return [sql.ref('repositories.created_at'), id]
  if (words.has('updated')) return [sql.ref('repositories.updated_at'), id]
  if (words.has('pushed')) {
    return [sql`coalesce(repositories.pushed_at, repositories.created_at)`, id]
  }
  return [sql.ref('accounts.login_key'), sql.ref('repositories.name_key')]
}

/** With the viewer's role and permission joined. */
function matching(db: Builder, p: ListParams, words: Words) {
  const every = db
    .selectFrom('repositories')
    .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.organization_id', '=', 'repositories.owner_id')
        .on('memberships.account_id', '=', p.viewer_id),
    )
    .leftJoin('collaborators', (join) =>
      join
        .onRef('collaborators.repository_id', '=', 'repositories.id')
        .on('collaborators.account_id', '=', p.viewer_id),
    )
  return every.where((where) =>
    where.and([
      where.or(
        [
          words.has('owned') && where('repositories.owner_id', '=', p.subject_id),
          words.has('collaborating') &&
            where('repositories.id', 'in', collaborationsOf(db, p.subject_id)),
          words.has('organizations') &&
            where('repositories.owner_id', 'in', organizationIdsOf(db, p.subject_id)),
        ].filter((source) => source !== false),
      ),
      ...[
        words.has('public') && where('repositories.private', '=', 0),
        words.has('private') && where('repositories.private', '=', 1),
        words.has('since') && where('repositories.updated_at', '>', p.since),
        words.has('before') && where('repositories.updated_at', '<', p.before),
        // An App's own bot is nobody's member: its installation says what it sees.
        words.has('visible') &&
          !words.has('installation') &&
          where.or([
            where('repositories.private', '=', 0),
            where('repositories.owner_id', '=', p.viewer_id),
            where('memberships.role', 'is not', null),
            where('collaborators.permission', 'is not', null),
          ]),
      ].filter((narrowing) => narrowing !== false),
      ...guardOf(p, words),
    ]),
  )
}

/** What is public, and what the token is for. */
function guardOf(p: ListParams, words: Words) {
  const where = expressionBuilder<Tables, 'repositories'>()
  const installed = where
    .selectFrom('installations')
    .select('installations.id')
    .where('installations.suspended_at', 'is', null)
    .where(isCovered())
  const reach = [
    words.has('app-user') && where.exists(installed.where('installations.app_id', '=', p.app_id)),
    words.has('installation') &&
      where.exists(installed.where('installations.id', '=', p.installation_id)),
    words.has('one owner') && where('repositories.owner_id', '=', p.resource_owner_id),
    words.has('selected') && isChosenFor(p.token_id),
  ].filter((condition) => condition !== false)
  if (reach.length === 0) return []
  return [where.or([where('repositories.private', '=', 0), where.and(reach)])]
}

const collaborationsOf = (db: Builder, accountId: number) =>
  db
    .selectFrom('collaborators as given')
    .select('given.repository_id')
    .where('given.account_id', '=', accountId)

const organizationIdsOf = (db: Builder, accountId: number) =>
  db
    .selectFrom('memberships as own')
    .select('own.organization_id')
    .where('own.account_id', '=', accountId)

/** Which collaborators are listed: without words, everybody who may read because of who they are. */
export type CollaboratorWord = 'outside' | 'direct' | 'push' | 'admin'

type CollaboratorParams = { readonly repository_id: number; readonly owner_id: number }

export const listedCollaborators = queryFor((words: ReadonlySet<CollaboratorWord>) =>
  query((db, p: CollaboratorParams & { readonly limit: number; readonly offset: number }) =>
    collaborating(db, p, words)
      .selectAll('accounts')
      .select(['memberships.role', 'collaborators.permission'])
      .select(rankOf(p).as('team_rank'))
      .orderBy('accounts.login_key')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countedCollaborators = queryFor((words: ReadonlySet<CollaboratorWord>) =>
  query((db, p: CollaboratorParams) =>
    collaborating(db, p, words).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

const rankOf = (p: CollaboratorParams) => teamRank(sql.ref('accounts.id'), sql`${p.repository_id}`)

function collaborating(db: Builder, p: CollaboratorParams, words: ReadonlySet<CollaboratorWord>) {
  const everybody = accountsWithStanding(db, p).where('accounts.type', '=', 'User')
  return everybody.where((where) => {
    const isOwner = where('accounts.id', '=', p.owner_id)
    const isMember = where('memberships.role', 'is not', null)
    const isGiven = where('collaborators.permission', 'is not', null)
    const isAdmin = [
      isOwner,
      where('memberships.role', '=', 'admin'),
      where('collaborators.permission', '=', 'admin'),
      where(rankOf(p), '=', teamRankOf('admin')),
    ]
    const mayPush = [
      ...isAdmin,
      where('collaborators.permission', '=', 'push'),
      where(rankOf(p), '>=', teamRankOf('push')),
    ]
    return where.and([
      where.or([isOwner, isGiven, ...(words.has('direct') ? [] : [isMember])]),
      ...(words.has('outside') ? [isGiven, where('memberships.role', 'is', null)] : []),
      ...(words.has('push') ? [where.or(mayPush)] : []),
      ...(words.has('admin') ? [where.or(isAdmin)] : []),
    ])
  })
}
