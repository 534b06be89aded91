import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { HeldDeploymentRow } from '../tables/deployments.ts'

export const insertHold = query((db, p: HeldDeploymentRow) =>
  db
    .insertInto('held_deployments')
    .values(
      columns(p, [
        'deployment_id',
        'repository_id',
        'environment_id',
        'ref_type',
        'ref_name',
        'binding',
        'held_at',
        'due_at',
      ]),
    ),
)

export const holdOf = query((db, p: { deployment_id: number }) =>
  db.selectFrom('held_deployments').selectAll().where('deployment_id', '=', p.deployment_id),
)

type Postponed = Pick<HeldDeploymentRow, 'deployment_id' | 'binding' | 'due_at'>

/** Who was woken since it was looked at stays due: not every waker waits for the repository's transactions. */
export const updateHold = query((db, p: Postponed & { looked_at: string }) =>
  db
    .updateTable('held_deployments')
    .set({
      binding: p.binding,
      due_at: sql<string>`case when due_at = ${p.looked_at} then ${p.due_at} else due_at end`,
    })
    .where('deployment_id', '=', p.deployment_id),
)

export const deleteHold = query((db, p: { deployment_id: number }) =>
  db
    .deleteFrom('held_deployments')
    .where('deployment_id', '=', p.deployment_id)
    .returning('deployment_id'),
)

export const wakeByEnvironment = query((db, p: { environment_id: number; due_at: string }) =>
  db
    .updateTable('held_deployments')
    .set(columns(p, ['due_at']))
    .where('environment_id', '=', p.environment_id)
    .returning('deployment_id'),
)

export const wakeByRepository = query((db, p: { repository_id: number; due_at: string }) =>
  db
    .updateTable('held_deployments')
    .set(columns(p, ['due_at']))
    .where('repository_id', '=', p.repository_id)
    .returning('deployment_id'),
)

type OfApp = { app_id: number; account_id: number }

export const wakeByApp = query((db, p: OfApp & { due_at: string }) =>
  db
    .updateTable('held_deployments')
    .set(columns(p, ['due_at']))
    .where('environment_id', 'in', (select) =>
      select
        .selectFrom('deployment_protection_rules as rules')
        .innerJoin('environments', 'environments.id', 'rules.environment_id')
        .innerJoin('repositories', 'repositories.id', 'environments.repository_id')
        .select('rules.environment_id')
        .where('rules.app_id', '=', p.app_id)
        .where('repositories.owner_id', '=', p.account_id),
    )
    .returning('deployment_id'),
)

/** Those whose time has come, soonest first: no other row is read. */
export const dueHolds = query((db, p: { now: string; limit: number }) =>
  db
    .selectFrom('held_deployments')
    .select(['deployment_id', 'repository_id', 'due_at'])
    .where('due_at', '<=', p.now)
    .orderBy('due_at')
    .orderBy('deployment_id')
    .limit(p.limit),
)

export const nextDueAt = query((db, p: { now: string }) =>
  db
    .selectFrom('held_deployments')
    .select('due_at')
    .where('due_at', '>', p.now)
    .orderBy('due_at')
    .limit(sql.lit(1)),
)
