import { expressionBuilder, sql } from 'kysely'
import { performerColumns } from '../apps/model.ts'
import { type Builder, columns, query, queryFor } from '../store/query.ts'
import type { DeploymentRow } from '../tables/deployments.ts'
import type { Tables } from '../tables/tables.ts'

/** What a query joins of the account behind `creator_id`, and of the App behind `app_id`. */
export const creatorColumns = [
  ...performerColumns,
  'accounts.login as creator_login',
  'accounts.type as creator_type',
  'accounts.site_admin as creator_site_admin',
] as const

export const insertDeployment = query((db, p: Omit<DeploymentRow, 'id'>) =>
  db
    .insertInto('deployments')
    .values(
      columns(p, [
        'repository_id',
        'creator_id',
        'app_id',
        'ref',
        'sha',
        'task',
        'payload',
        'original_environment',
        'environment',
        'environment_key',
        'description',
        'transient_environment',
        'production_environment',
        'state',
        'target',
        'superseded_by',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

const deploymentsWithCreator = (db: Builder) =>
  db
    .selectFrom('deployments')
    .leftJoin('accounts', 'accounts.id', 'deployments.creator_id')
    .leftJoin('apps', 'apps.id', 'deployments.app_id')
    .leftJoin('accounts as app_owners', 'app_owners.id', 'apps.owner_id')
    .selectAll('deployments')
    .select(creatorColumns)

export const deploymentById = query((db, p: { repository_id: number; id: number }) =>
  deploymentsWithCreator(db)
    .where('deployments.repository_id', '=', p.repository_id)
    .where('deployments.id', '=', p.id),
)

/** The filters of the list that a request used (contract 1.3). */
export const filterNames = ['sha', 'ref', 'task', 'environment'] as const
export type Filter = (typeof filterNames)[number]

export type FilterValues = Pick<DeploymentRow, 'repository_id' | 'environment_key' | Filter>

/** Exact matches; the key stands beside the environment because it is what is indexed. */
const columnsOf = {
  sha: ['sha'],
  ref: ['ref'],
  task: ['task'],
  environment: ['environment_key', 'environment'],
} as const

/**
 * Of several filters, `by …` names the one to be looked up by its index. SQLite
 * knows nothing of how many rows each matches, and guesses badly.
 */
type Term = Filter | `by ${Filter}`

function matches(terms: ReadonlySet<Term>, p: FilterValues) {
  const eb = expressionBuilder<Tables, 'deployments'>()
  const filters = filterNames.filter((name) => terms.has(name))
  const lead = filters.find((name) => terms.has(`by ${name}`))
  const leads = (name: Filter) => lead === undefined || lead === name
  return eb.and([
    eb('deployments.repository_id', '=', p.repository_id),
    ...filters.flatMap((name) =>
      columnsOf[name].map((column) =>
        leads(name)
          ? eb(`deployments.${column}`, '=', p[column])
          : // An expression, so that no index answers it.
            eb(sql<string>`${eb.ref(`deployments.${column}`)} || ''`, '=', p[column]),
      ),
    ),
  ])
}

/** Newest first. Asks only for the filters named; other values are not looked at. */
export const deploymentsBy = queryFor((terms: ReadonlySet<Term>) =>
  query((db, p: FilterValues & { limit: number; offset: number }) =>
    deploymentsWithCreator(db)
      .where(matches(terms, p))
      .orderBy('deployments.id', 'desc')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

/** How many match, counted no further than `countMax`: the time to answer must not grow with the history. */
export const countDeploymentsBy = queryFor((terms: ReadonlySet<Term>) =>
  query((db, p: FilterValues & { count_max: number }) =>
    db
      .selectFrom(
        db
          .selectFrom('deployments')
          .select('deployments.id')
          .where(matches(terms, p))
          .limit(p.count_max)
          .as('counted'),
      )
      .select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

/** Whether the environment has another deployment. */
export const siblingOf = query(
  (db, p: Pick<DeploymentRow, 'repository_id' | 'environment_key' | 'id'>) =>
    db
      .selectFrom('deployments')
      .select('id')
      .where('repository_id', '=', p.repository_id)
      .where('environment_key', '=', p.environment_key)
      .where('id', '<>', p.id)
      .limit(1),
)

export const deleteDeployment = query((db, p: { repository_id: number; id: number }) =>
  db.deleteFrom('deployments').where('repository_id', '=', p.repository_id).where('id', '=', p.id),
)

type LeftByStatus = 'state' | 'superseded_by' | 'environment' | 'environment_key' | 'updated_at'

/** What a status leaves on its deployment. */
export const updateDeployment = query((db, p: Pick<DeploymentRow, 'id' | LeftByStatus>) =>
  db
    .updateTable('deployments')
    .set(columns(p, ['state', 'superseded_by', 'environment', 'environment_key', 'updated_at']))
    .where('id', '=', p.id),
)

/** Enough for any environment: each success clears what is there, so they are few. */
const supersededMax = 10_000

/**
 * Candidates for `auto_inactive`. Its rules are in `supersededBy`; those said
 * again here are literals so that the partial index answers.
 */
export const supersedable = query(
  (db, p: Pick<DeploymentRow, 'repository_id' | 'environment_key' | 'id'>) =>
    db
      .selectFrom('deployments')
      .select([
        'id',
        'repository_id',
        'environment',
        'environment_key',
        'transient_environment',
        'production_environment',
        'target',
        'state',
      ])
      .where('repository_id', '=', p.repository_id)
      .where('environment_key', '=', p.environment_key)
      .where('id', '<', p.id)
      .where('state', '=', sql.lit('success'))
      .where('transient_environment', '=', sql.lit(0))
      .where('production_environment', '=', sql.lit(0))
      .orderBy('id')
      .limit(sql.lit(supersededMax)),
)
