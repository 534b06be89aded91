import { type RawBuilder, sql } from 'kysely'
import { type Builder, type Ids, listedIds, query } from '../store/query.ts'
import type { DeploymentRow } from '../tables/deployments.ts'

/** A repository with more environments than this shows what is pinned and its oldest: previews come and go. */
const environmentsMax = 50

const environmentsOfRepositories = (db: Builder, p: Ids) =>
  db
    .selectFrom(
      db
        .selectFrom('environments')
        .select(['id', 'repository_id', 'name_key'])
        .select(
          sql<number>`row_number() over (
            partition by repository_id
            order by case when pinned_at is null then 1 else 0 end, id
          )`.as('position'),
        )
        .where('repository_id', 'in', listedIds(p))
        .as('ranked'),
    )
    .select(['ranked.id', 'ranked.repository_id', 'ranked.name_key'])
    .where('ranked.position', '<=', sql.lit(environmentsMax))

const oneEnvironment = (db: Builder, p: { environment_id: number }) =>
  db
    .selectFrom('environments')
    .select(['id', 'repository_id', 'name_key'])
    .where('id', '=', p.environment_id)

type Choice = ReturnType<typeof environmentsOfRepositories> | ReturnType<typeof oneEnvironment>

export const placesOfRepositories = query((db, p: Ids) =>
  placesIn(db, environmentsOfRepositories(db, p)),
)
export const placeOfEnvironment = query((db, p: { environment_id: number }) =>
  placesIn(db, oneEnvironment(db, p)),
)
export const picksOfRepositories = query((db, p: Ids) =>
  picksIn(db, environmentsOfRepositories(db, p)),
)
export const picksOfEnvironment = query((db, p: { environment_id: number }) =>
  picksIn(db, oneEnvironment(db, p)),
)

/** Environments with their locks, and how many deployments wait for them. */
const placesIn = (db: Builder, choice: Choice) =>
  db
    .with('chosen', () => choice)
    .selectFrom('chosen')
    .innerJoin('environments', 'environments.id', 'chosen.id')
    .leftJoin('environment_locks', 'environment_locks.environment_id', 'chosen.id')
    .leftJoin('accounts', 'accounts.id', 'environment_locks.account_id')
    .select(['environments.id', 'environments.repository_id', 'environments.name'])
    .select([
      'environment_locks.reason as lock_reason',
      'environment_locks.created_at as lock_created_at',
      'environment_locks.expires_at as lock_expires_at',
      'accounts.login as lock_login',
    ])
    .select(({ selectFrom }) =>
      selectFrom('held_deployments')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('held_deployments.environment_id', '=', 'chosen.id')
        .as('waiting'),
    )
    .orderBy('environments.repository_id')
    .orderBy('environments.id')

/** What a deployment is to its environment; one may be several things. */
type Kind = 'live' | 'latest' | 'in_progress' | 'waiting'

type PickRow = {
  readonly environment_id: number
  readonly pick: Kind
  readonly deployment_id: number | null
}

/** As the index `deployments_unfinished` says it: a planner compares words. */
const isUnfinished = sql<boolean>`(state is null or state in ('pending', 'queued', 'in_progress'))`

/**
 * The deployments that tell how each environment stands. Every one is found by a look into an
 * index, and so are the targets, one after another: no history is read, however long it is.
 */
const picksOf = (choice: Choice) => sql<PickRow>`(
  with recursive chosen as ${choice},
  targets as (
    select id, repository_id, name_key, ${nextTarget(sql`chosen`, sql`target >= ''`)} as target
    from chosen
    union all
    select id, repository_id, name_key,
      ${nextTarget(sql`targets`, sql`target > targets.target`)} as target
    from targets where target is not null
  )
  select id as environment_id, 'live' as pick,
    ${newest(sql`targets`, sql`state = 'success' and target = targets.target`)} as deployment_id
  from targets where target is not null
  union all
  select id, 'latest', ${newest(sql`chosen`, sql`true`)} from chosen
  union all
  select id, 'in_progress', ${newest(sql`chosen`, isUnfinished)} from chosen
  union all
  select id, 'waiting', (
    select max(deployment_id) from held_deployments where environment_id = chosen.id
  ) from chosen
)`

/** The first target of its environment that fits and has something live. */
const nextTarget = (of: RawBuilder<unknown>, fits: RawBuilder<unknown>) => sql<string | null>`(
  select target from deployments
  where repository_id = ${of}.repository_id and environment_key = ${of}.name_key
    and state = 'success' and ${fits}
  order by target limit 1
)`

const newest = (of: RawBuilder<unknown>, fits: RawBuilder<unknown>) => sql<number | null>`(
  select id from deployments
  where repository_id = ${of}.repository_id and environment_key = ${of}.name_key and ${fits}
  order by id desc limit 1
)`

/** How far back is looked in a repository's history. */
const historyMax = 1000

/** Of its newest deployments those that once succeeded, newest first. */
export const succeededOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('deployments')
        .select(standingColumns)
        .where('repository_id', '=', p.repository_id)
        .orderBy('id', 'desc')
        .limit(sql.lit(historyMax))
        .as('newest'),
    )
    .selectAll('newest')
    .where(hasSucceeded(sql.ref('newest.id')))
    .orderBy('newest.id', 'desc'),
)

const hasSucceeded = (id: RawBuilder<unknown>) => sql<boolean>`exists (
  select 1 from deployment_statuses where deployment_id = ${id} and state = 'success'
)`

/** What was live before a deployment: the newest earlier success of another commit. */
export const previousOf = query((db, p: Pick<DeploymentRow, Place | 'id' | 'sha'>) =>
  db
    .selectFrom(
      db
        .selectFrom('deployments')
        .select(['id', 'sha', 'target'])
        .where('repository_id', '=', p.repository_id)
        .where('environment_key', '=', p.environment_key)
        .where('id', '<', p.id)
        .orderBy('id', 'desc')
        .limit(sql.lit(historyMax))
        .as('earlier'),
    )
    .select(['earlier.id', 'earlier.sha'])
    .where('earlier.target', '=', p.target)
    .where('earlier.sha', '<>', p.sha)
    .where(hasSucceeded(sql.ref('earlier.id')))
    .orderBy('earlier.id', 'desc')
    .limit(1),
)

type Place = 'repository_id' | 'environment_key' | 'target'

/** Not the payload, which may be megabytes. */
const standingColumns = [
  'deployments.id',
  'deployments.repository_id',
  'deployments.creator_id',
  'deployments.sha',
  'deployments.ref',
  'deployments.task',
  'deployments.target',
  'deployments.state',
  'deployments.environment',
  'deployments.created_at',
  'deployments.updated_at',
] as const

/** The deployments picked, with what was said of them last. */
const picksIn = (db: Builder, choice: Choice) =>
  db
    .selectFrom(picksOf(choice).as('picks'))
    .innerJoin('deployments', 'deployments.id', 'picks.deployment_id')
    .leftJoin('accounts', 'accounts.id', 'deployments.creator_id')
    .leftJoin('deployment_statuses', (join) =>
      join.on('deployment_statuses.id', '=', ({ selectFrom }) =>
        selectFrom('deployment_statuses as said')
          .select(({ fn }) => fn.max('said.id').as('id'))
          .whereRef('said.deployment_id', '=', 'deployments.id'),
      ),
    )
    .select(standingColumns)
    .select(['picks.environment_id', 'picks.pick'])
    .select([
      'accounts.login as creator_login',
      'accounts.type as creator_type',
      'accounts.site_admin as creator_site_admin',
      'deployment_statuses.description as said',
      'deployment_statuses.environment_url',
      'deployment_statuses.log_url',
    ])
    .orderBy('deployments.target')
    .orderBy('deployments.id')
