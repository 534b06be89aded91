import { sql } from 'kysely'
import { type Builder, query } from '../store/query.ts'

/** Of an environment, the newest: what is older is not told of, and the coverage says so. */
export const deploymentsMax = 1000

type Place = { readonly repository_id: number; readonly environment_key: string }

const newest = (db: Builder, p: Place & { readonly until: string }) =>
  db
    .selectFrom('deployments')
    .select(['id', 'sha', 'ref', 'task', 'target', 'created_at'])
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.environment_key)
    .where('created_at', '<', p.until)
    // How chats lock an environment (hubot-deploy): they deploy nothing.
    .where('task', 'not in', ['deploy:lock', 'deploy:unlock'])
    .orderBy('id', 'desc')
    .limit(sql.lit(deploymentsMax))

/** With what had become of each until then. */
export const deploymentsUntil = query((db, p: Place & { readonly until: string }) =>
  db
    .selectFrom(newest(db, p).as('newest'))
    .selectAll('newest')
    .select(({ selectFrom, fn, exists }) => {
      const statuses = selectFrom('deployment_statuses')
        .whereRef('deployment_id', '=', 'newest.id')
        .where('created_at', '<', p.until)
      return [
        statuses
          .where('state', '=', sql.lit('success'))
          .select(fn.min('created_at').as('at'))
          .as('success_at'),
        exists(statuses.where('state', 'in', ['failure', 'error']).select('id')).as('has_failed'),
      ]
    })
    .orderBy('newest.id', 'desc'),
)

const lookedAt = 2000
const environmentsMax = 100

/** The environments of a repository's newest deployments, the one to begin with first. */
export const environmentsDeployedTo = query((db, p: { repository_id: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('deployments')
        .select(['id', 'environment', 'environment_key', 'production_environment'])
        .where('repository_id', '=', p.repository_id)
        .orderBy('id', 'desc')
        .limit(sql.lit(lookedAt))
        .as('newest'),
    )
    .select(({ fn }) => [
      'environment_key',
      fn.max('environment').as('environment'),
      fn.max('production_environment').as('production'),
      fn.max('id').as('newest'),
    ])
    .groupBy('environment_key')
    .orderBy('production', 'desc')
    .orderBy('newest', 'desc')
    .limit(sql.lit(environmentsMax)),
)
