import { sql } from 'kysely'
import { query, queryFor } from '../../store/query.ts'
import type { Filters } from './model.ts'

/** What the list is narrowed to; `transient` and `lasting` tell two kinds of inactive apart. */
export type Word = keyof Filters | 'transient' | 'lasting' | 'before' | 'after'

type Asked = Omit<Filters, 'environment' | 'creator'> & {
  readonly repository_id: number
  readonly environment_key: string
  readonly creator_key: string
  readonly before: number
  readonly after: number
  readonly limit: number
}

/** No status yet is pending, as GitHub's own pages say (contract 1.10). */
const state = sql<string>`coalesce(deployments.state, 'pending')`

const isSuperseded = sql<number>`case when deployments.state = 'success' and exists (
  select 1 from deployments as newer
  where newer.repository_id = deployments.repository_id
    and newer.environment_key = deployments.environment_key
    and newer.target = deployments.target
    and newer.id > deployments.id
    and newer.state = 'success') then 1 else 0 end`

const firstOf = (states: string) => sql<string | null>`(
  select min(said.created_at) from deployment_statuses as said
  where said.deployment_id = deployments.id and said.state in (${sql.raw(states)}))`

/** Deployments with who made them and what was said of them last: newest first, but after a cursor oldest first. */
export const historyOf = queryFor((words: ReadonlySet<Word>) =>
  query((db, p: Asked) => {
    const list = db
      .selectFrom('deployments')
      .leftJoin('accounts', 'accounts.id', 'deployments.creator_id')
      .leftJoin('apps', 'apps.id', 'deployments.app_id')
      .leftJoin('deployment_statuses as newest', (join) =>
        join.on('newest.id', '=', ({ selectFrom }) =>
          selectFrom('deployment_statuses as said')
            .select(({ fn }) => fn.max('said.id').as('id'))
            .whereRef('said.deployment_id', '=', 'deployments.id'),
        ),
      )
      .select(['deployments.id', 'deployments.sha', 'deployments.ref', 'deployments.task'])
      .select(['deployments.environment', 'deployments.transient_environment', 'deployments.state'])
      .select(['deployments.created_at', 'deployments.updated_at', 'deployments.creator_id'])
      .select(['accounts.login as creator_login', 'accounts.type as creator_type'])
      .select(['accounts.site_admin as creator_site_admin', 'apps.name as app_name'])
      .select(['newest.environment_url', 'newest.log_url', isSuperseded.as('superseded')])
      .select([
        firstOf("'queued', 'in_progress'").as('started_at'),
        firstOf("'success', 'failure', 'error'").as('ended_at'),
      ])
      .where('deployments.repository_id', '=', p.repository_id)
    return list
      .where((where) =>
        where.and(
          [
            words.has('environment') &&
              where('deployments.environment_key', '=', p.environment_key),
            words.has('state') && where(state, '=', p.state),
            words.has('transient') && where('deployments.transient_environment', '=', 1),
            words.has('lasting') && where('deployments.transient_environment', '=', 0),
            words.has('creator') && where('accounts.login_key', '=', p.creator_key),
            words.has('ref') && where('deployments.ref', '=', p.ref),
            words.has('task') && where('deployments.task', '=', p.task),
            words.has('before') && where('deployments.id', '<', p.before),
            words.has('after') && where('deployments.id', '>', p.after),
          ].filter((term) => term !== false),
        ),
      )
      .orderBy('deployments.id', words.has('after') ? 'asc' : 'desc')
      .limit(p.limit)
  }),
)

/** Counted no further: a look at the page must not take the longer the longer the history is. */
export const countMax = 1000

/** How many deployments the environments have and since when they are pinned, each environment by its key. */
export const sidebarOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('environments')
    .select(['environments.name_key', 'environments.pinned_at'])
    .select(
      sql<number>`(select count(*) from (
        select 1 as one from deployments
        where deployments.repository_id = environments.repository_id
          and deployments.environment_key = environments.name_key
        limit ${sql.lit(countMax)}) as counted)`.as('count'),
    )
    .where('environments.repository_id', '=', p.repository_id)
    .orderBy(sql`case when environments.pinned_at is null then 1 else 0 end`)
    .orderBy('environments.id')
    .limit(sql.lit(environmentsMax)),
)

/** As many as the sidebar has. */
const environmentsMax = 50
