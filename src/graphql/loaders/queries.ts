import { type SqlBool, sql } from 'kysely'
import { type Ids, listedIds, query, queryFor } from '../../store/query.ts'
import type { Window } from './model.ts'

/** Each question is about many parents at once: what a list holds is asked for with one query for each level. */

export const accountsByIds = query((db, p: Ids) =>
  db.selectFrom('accounts').selectAll().where('id', 'in', listedIds(p)).orderBy('id'),
)

export const deploymentsByIds = query((db, p: Ids) =>
  db.selectFrom('deployments').selectAll().where('id', 'in', listedIds(p)).orderBy('id'),
)

export const statusesByIds = query((db, p: Ids) =>
  db.selectFrom('deployment_statuses').selectAll().where('id', 'in', listedIds(p)).orderBy('id'),
)

export const environmentsByIds = query((db, p: Ids) =>
  db.selectFrom('environments').selectAll().where('id', 'in', listedIds(p)).orderBy('id'),
)

type Bounds = Pick<Window, 'above' | 'below' | 'limit'>
type Word = Window['end'] | 'environment'
type Words = ReadonlySet<Word>
type Named = { readonly environment: string; readonly environment_key: string }

type List = {
  readonly table: 'deployments' | 'deployment_statuses' | 'environments'
  readonly parent: 'repository_id' | 'deployment_id'
  /** Which rows of `edge` are in the list. */
  readonly filter?: ReturnType<typeof isInEnvironment>
}

/**
 * Whether a row is on its parent's page, or the one after it, which tells that
 * there is more. The row at the page's edge is found by the index for each
 * parent, so that the length of the histories does not matter. Each side has
 * one bound: SQLite would look up by the wider one of two.
 */
function isOnPage({ table, parent, filter = sql`1 = 1` }: List, p: Bounds, words: Words) {
  const id = sql.ref(`${table}.id`)
  const edge = (direction: 'asc' | 'desc') => sql`(
    select edge.id from ${sql.table(table)} as edge
    where ${sql.ref(`edge.${parent}`)} = parents.id
      and edge.id > ${p.above} and edge.id < ${p.below} and ${filter}
    order by edge.id ${sql.raw(direction)} limit 1 offset ${p.limit})`
  return words.has('newest')
    ? sql<SqlBool>`${id} >= coalesce(${edge('desc')}, cast(${p.above} as bigint) + 1)
        and ${id} < ${p.below}`
    : sql<SqlBool>`${id} > ${p.above}
        and ${id} <= coalesce(${edge('asc')}, cast(${p.below} as bigint) - 1)`
}

/** As REST's filter: the latest environment, exactly; the key is what is indexed (contract 1.3). */
const isInEnvironment = (table: string, p: Named) =>
  sql<SqlBool>`${sql.ref(`${table}.environment_key`)} = ${p.environment_key}
    and ${sql.ref(`${table}.environment`)} = ${p.environment}`

/** Of many repositories. */
export const deploymentsOf = queryFor((words: Words) =>
  query((db, p: Ids & Bounds & Named) => {
    const isFiltered = words.has('environment')
    const filter = isFiltered ? { filter: isInEnvironment('edge', p) } : {}
    const list = { table: 'deployments', parent: 'repository_id', ...filter } as const
    const rows = db
      .selectFrom('repositories as parents')
      .innerJoin('deployments', 'deployments.repository_id', 'parents.id')
      .selectAll('deployments')
      .where('parents.id', 'in', listedIds(p))
      .where(isOnPage(list, p, words))
      .orderBy('deployments.id')
    return isFiltered ? rows.where(isInEnvironment('deployments', p)) : rows
  }),
)

/** Of many deployments. */
export const statusesOf = queryFor((words: Words) =>
  query((db, p: Ids & Bounds) =>
    db
      .selectFrom('deployments as parents')
      .innerJoin('deployment_statuses', 'deployment_statuses.deployment_id', 'parents.id')
      .selectAll('deployment_statuses')
      .where('parents.id', 'in', listedIds(p))
      .where(isOnPage({ table: 'deployment_statuses', parent: 'deployment_id' }, p, words))
      .orderBy('deployment_statuses.id'),
  ),
)

/** Of many repositories. */
export const environmentsOf = queryFor((words: Words) =>
  query((db, p: Ids & Bounds) =>
    db
      .selectFrom('repositories as parents')
      .innerJoin('environments', 'environments.repository_id', 'parents.id')
      .selectAll('environments')
      .where('parents.id', 'in', listedIds(p))
      .where(isOnPage({ table: 'environments', parent: 'repository_id' }, p, words))
      .orderBy('environments.id'),
  ),
)

/** Histories have no end, and to count one takes longer the longer it is. */
const countMax = 100_000

const countOf = ({ table, parent, filter = sql`1 = 1` }: List) =>
  sql<number>`(select count(*) from (
    select edge.id from ${sql.table(table)} as edge
    where ${sql.ref(`edge.${parent}`)} = parents.id and ${filter}
    limit ${sql.lit(countMax)}) as counted)`

export const countDeployments = queryFor((words: Words) =>
  query((db, p: Ids & Named) => {
    const filter = words.has('environment') ? { filter: isInEnvironment('edge', p) } : {}
    const list = { table: 'deployments', parent: 'repository_id', ...filter } as const
    return db
      .selectFrom('repositories as parents')
      .select(['parents.id', countOf(list).as('count')])
      .where('parents.id', 'in', listedIds(p))
  }),
)

export const countStatuses = query((db, p: Ids) =>
  db
    .selectFrom('deployments as parents')
    .select([
      'parents.id',
      countOf({ table: 'deployment_statuses', parent: 'deployment_id' }).as('count'),
    ])
    .where('parents.id', 'in', listedIds(p)),
)

export const countEnvironments = query((db, p: Ids) =>
  db
    .selectFrom('repositories as parents')
    .select(['parents.id', countOf({ table: 'environments', parent: 'repository_id' }).as('count')])
    .where('parents.id', 'in', listedIds(p)),
)

/** Those deployments that have a newer success beside them. */
export const supersededAmong = query((db, p: Ids) =>
  db
    .selectFrom('deployments')
    .select('deployments.id')
    .where('deployments.id', 'in', listedIds(p))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('deployments as newer')
          .select('newer.id')
          .whereRef('newer.repository_id', '=', 'deployments.repository_id')
          .whereRef('newer.environment_key', '=', 'deployments.environment_key')
          .whereRef('newer.environment', '=', 'deployments.environment')
          .whereRef('newer.id', '>', 'deployments.id')
          .where('newer.state', '=', 'success'),
      ),
    )
    .orderBy('deployments.id'),
)
