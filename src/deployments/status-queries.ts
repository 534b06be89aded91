import { sql } from 'kysely'
import { type Builder, columns, query } from '../store/query.ts'
import type { DeploymentStatusRow } from '../tables/deployments.ts'
import { creatorColumns } from './queries.ts'

export const insertStatus = query((db, p: Omit<DeploymentStatusRow, 'id'>) =>
  db
    .insertInto('deployment_statuses')
    .values(
      columns(p, [
        'repository_id',
        'deployment_id',
        'creator_id',
        'app_id',
        'state',
        'description',
        'environment',
        'log_url',
        'environment_url',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

const statusesWithCreator = (db: Builder) =>
  db
    .selectFrom('deployment_statuses')
    .leftJoin('accounts', 'accounts.id', 'deployment_statuses.creator_id')
    .leftJoin('apps', 'apps.id', 'deployment_statuses.app_id')
    .leftJoin('accounts as app_owners', 'app_owners.id', 'apps.owner_id')
    .selectAll('deployment_statuses')
    .select(creatorColumns)

export const statusById = query((db, p: { deployment_id: number; id: number }) =>
  statusesWithCreator(db)
    .where('deployment_statuses.deployment_id', '=', p.deployment_id)
    .where('deployment_statuses.id', '=', p.id),
)

export const successOf = query((db, p: { deployment_id: number }) =>
  db
    .selectFrom('deployment_statuses')
    .select('id')
    .where('deployment_id', '=', p.deployment_id)
    .where('state', '=', sql.lit('success'))
    .limit(1),
)

/** Newest first. */
export const statusesOf = query((db, p: { deployment_id: number; limit: number; offset: number }) =>
  statusesWithCreator(db)
    .where('deployment_statuses.deployment_id', '=', p.deployment_id)
    .orderBy('deployment_statuses.id', 'desc')
    .limit(p.limit)
    .offset(p.offset),
)

/** Counted no further than `count_max`, as for deployments. */
export const countStatuses = query((db, p: { deployment_id: number; count_max: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('deployment_statuses')
        .select('id')
        .where('deployment_id', '=', p.deployment_id)
        .limit(p.count_max)
        .as('counted'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count')),
)
