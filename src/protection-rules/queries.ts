import { sql } from 'kysely'
import { isCovered } from '../auth/queries.ts'
import { type Builder, columns, query } from '../store/query.ts'

type One = { environment_id: number; id: number }

const rules = (db: Builder) =>
  db
    .selectFrom('deployment_protection_rules')
    .innerJoin('apps', 'apps.id', 'deployment_protection_rules.app_id')
    .select([
      'deployment_protection_rules.id',
      'deployment_protection_rules.environment_id',
      'deployment_protection_rules.app_id',
      'apps.slug',
      'apps.name',
      'apps.bot_id',
    ])

export const rulesOf = query((db, p: { environment_id: number }) =>
  rules(db)
    .where('deployment_protection_rules.environment_id', '=', p.environment_id)
    .orderBy('deployment_protection_rules.id'),
)

export const ruleById = query((db, p: One) =>
  rules(db)
    .where('deployment_protection_rules.environment_id', '=', p.environment_id)
    .where('deployment_protection_rules.id', '=', p.id),
)

export const insertRule = query((db, p: { environment_id: number; app_id: number }) =>
  db
    .insertInto('deployment_protection_rules')
    .values(columns(p, ['environment_id', 'app_id']))
    .returning('id'),
)

export const deleteRule = query((db, p: One) =>
  db
    .deleteFrom('deployment_protection_rules')
    .where('environment_id', '=', p.environment_id)
    .where('id', '=', p.id)
    .returning('id'),
)

type At = { repository_id: number; event: string; permission: string }

/**
 * Apps installed where the repository is, that were granted the permission and listen to
 * the event. Both are looked for in JSON as `JSON.stringify` writes it.
 */
const installed = (db: Builder, p: At) =>
  db
    .selectFrom('installations')
    .innerJoin('apps', 'apps.id', 'installations.app_id')
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .where('repositories.id', '=', p.repository_id)
    .where('installations.suspended_at', 'is', null)
    .where('installations.permissions', 'like', p.permission)
    .where('installations.events', 'like', sql<string>`'%"' || cast(${p.event} as text) || '"%'`)
    .where(isCovered())

export const installedApps = query((db, p: At & { limit: number; offset: number }) =>
  installed(db, p)
    .select([
      'apps.id',
      'apps.slug',
      'apps.name',
      'apps.bot_id',
      'installations.id as installation_id',
    ])
    .orderBy('apps.id')
    .limit(p.limit)
    .offset(p.offset),
)

export const countInstalledApps = query((db, p: At) =>
  installed(db, p).select(({ fn }) => fn.countAll<number>().as('count')),
)
