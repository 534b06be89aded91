import { expressionBuilder, sql } from 'kysely'
import { columns, type Ids, idsMax, listedIds, query, queryFor } from '../store/query.ts'
import type { LifetimeRow } from '../tables/environments.ts'
import type { Tables } from '../tables/tables.ts'
import type { BulkDeletion } from './model.ts'

type Place = Pick<LifetimeRow, 'repository_id' | 'environment_key'>

export const lifetimeOf = query((db, p: Place) =>
  db
    .selectFrom('lifetimes')
    .select(['keep', 'days', 'transient_hours'])
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key),
)

export const putLifetime = query((db, p: LifetimeRow) =>
  db
    .insertInto('lifetimes')
    .values(columns(p, ['repository_id', 'environment_key', 'keep', 'days', 'transient_hours']))
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'environment_key'])
        .doUpdateSet(columns(p, ['keep', 'days', 'transient_hours'])),
    ),
)

export const deleteLifetime = query((db, p: Place) =>
  db
    .deleteFrom('lifetimes')
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key),
)

/** Every environment that a limit is set for: its own, or else the repository's (with the key ''). */
export const limitedEnvironments = query((db, p: { after: number; limit: number }) =>
  db
    .selectFrom('environments')
    .innerJoin('lifetimes', 'lifetimes.repository_id', 'environments.repository_id')
    .select(['environments.id', 'environments.repository_id', 'environments.name_key'])
    .select(['lifetimes.keep', 'lifetimes.days', 'lifetimes.transient_hours'])
    .where('environments.id', '>', p.after)
    .where((e) =>
      e.or([
        e('lifetimes.environment_key', '=', e.ref('environments.name_key')),
        e.and([
          e('lifetimes.environment_key', '=', sql.lit('')),
          e.not(
            e.exists(
              e
                .selectFrom('lifetimes as own')
                .select('own.repository_id')
                .whereRef('own.repository_id', '=', 'environments.repository_id')
                .whereRef('own.environment_key', '=', 'environments.name_key'),
            ),
          ),
        ]),
      ]),
    )
    .orderBy('environments.id')
    .limit(p.limit),
)

/** The newest that is not among the newest `keep`. */
export const newestBeyond = query((db, p: Place & { keep: number }) =>
  db
    .selectFrom('deployments')
    .select('id')
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key)
    .orderBy('id', 'desc')
    .limit(1)
    .offset(p.keep),
)

/**
 * What nobody misses: it has ended, and is not live. Of successes that is one in production
 * with a later success in its environment, since those stay `success` for good; one with a
 * `target` in its payload may be live beside the later one, so it stays.
 */
const isOver = () => {
  const eb = expressionBuilder<Tables, 'deployments'>()
  return eb.or([
    eb(sql<string>`state`, 'in', [sql.lit('error'), sql.lit('failure'), sql.lit('inactive')]),
    eb.and([
      eb('state', '=', sql.lit('success')),
      eb('production_environment', '=', sql.lit(1)),
      eb('payload', 'not like', sql.lit('%"target"%')),
      eb.exists(
        eb
          .selectFrom('deployments as later')
          .select('later.id')
          .whereRef('later.repository_id', '=', 'deployments.repository_id')
          .whereRef('later.environment_key', '=', 'deployments.environment_key')
          .whereRef('later.id', '>', 'deployments.id')
          .where('later.state', '=', sql.lit('success')),
      ),
    ]),
  ])
}

export const expiredDeployments = query((db, p: Place & { up_to: number; before: string }) =>
  db
    .selectFrom('deployments')
    .select('id')
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key)
    .where('id', '<=', p.up_to)
    .where('updated_at', '<', p.before)
    .where(isOver())
    .orderBy('id')
    .limit(sql.lit(idsMax)),
)

type Word = Exclude<keyof BulkDeletion, 'dry_run'>
type Words = Record<Word, string> & { readonly repository_id: number; readonly limit: number }

/** Asks only for the words named. */
export const deletableBy = queryFor((words: ReadonlySet<Word>) =>
  query((db, p: Words) => {
    const eb = expressionBuilder<Tables, 'deployments'>()
    const all = {
      environment: eb('environment_key', '=', p.environment),
      task: eb('task', '=', p.task),
      ref: eb('ref', '=', p.ref),
      state: eb('state', '=', sql<'success'>`cast(${p.state} as text)`),
      created_before: eb('created_at', '<', p.created_before),
    }
    return db
      .selectFrom('deployments')
      .select('id')
      .where('repository_id', '=', p.repository_id)
      .where(eb.and([...words].map((word) => all[word])))
      .where(isOver())
      .orderBy('id')
      .limit(p.limit)
  }),
)

/** With their statuses and reviews. */
export const deleteDeployments = query((db, p: Ids & { repository_id: number }) =>
  db
    .deleteFrom('deployments')
    .where('repository_id', '=', p.repository_id)
    .where('id', 'in', listedIds(p)),
)

/** Transient ones that have been a success for too long. */
export const spentTransients = query((db, p: Place & { before: string }) =>
  db
    .selectFrom('deployments')
    .select('id')
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key)
    .where('state', '=', sql.lit('success'))
    .where('transient_environment', '=', sql.lit(1))
    .where('updated_at', '<', p.before)
    .orderBy('id')
    .limit(sql.lit(idsMax)),
)
