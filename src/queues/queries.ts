import { sql } from 'kysely'
import { type Builder, columns, query } from '../store/query.ts'
import type { EnvironmentQueueRow } from '../tables/environments.ts'
import type { Queued } from './model.ts'

export const queueOf = query((db, p: { environment_id: number }) =>
  db.selectFrom('environment_queues').selectAll().where('environment_id', '=', p.environment_id),
)

type Name = Pick<Queued, 'repository_id' | 'environment_key'>

export const queueByName = query((db, p: Name) =>
  db
    .selectFrom('environments')
    .innerJoin('environment_queues', 'environment_queues.environment_id', 'environments.id')
    .selectAll('environment_queues')
    .where('environments.repository_id', '=', p.repository_id)
    .where('environments.name_key', '=', p.environment_key),
)

export const putQueue = query((db, p: EnvironmentQueueRow) =>
  db
    .insertInto('environment_queues')
    .values(columns(p, ['environment_id', 'mode']))
    .onConflict((conflict) => conflict.column('environment_id').doUpdateSet(columns(p, ['mode']))),
)

export const deleteQueue = query((db, p: { environment_id: number }) =>
  db.deleteFrom('environment_queues').where('environment_id', '=', p.environment_id),
)

type Place = Pick<Queued, 'repository_id' | 'environment_key' | 'target'>

const atPlace = (db: Builder, p: Place) =>
  db
    .selectFrom('deployments')
    .select(['id', 'sha'])
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key)
    .where('target', '=', p.target)

export const liveAt = query((db, p: Place) =>
  atPlace(db, p).where('state', '=', sql.lit('success')).orderBy('id', 'desc').limit(1),
)

/** As the index `deployments_unfinished` says it: a planner compares words. */
export const inProgressAt = query((db, p: Place) =>
  atPlace(db, p)
    .where(sql<boolean>`(state is null or state in ('pending', 'queued', 'in_progress'))`)
    .orderBy('id')
    .limit(1),
)

/** Enough to find one that has the commit: those that have given way are not among them. */
const laterMax = 20

/** What is live, on its way or waiting, newest first. */
export const laterAt = query((db, p: Place & { id: number; task: string }) =>
  atPlace(db, p)
    .where('id', '>', p.id)
    .where('task', '=', p.task)
    .where(
      sql<boolean>`(state is null
        or state in ('pending', 'queued', 'in_progress', 'waiting', 'success'))`,
    )
    .orderBy('id', 'desc')
    .limit(sql.lit(laterMax)),
)
