import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'

export type Renaming = {
  readonly repository_id: number
  readonly old_key: string
  readonly name: string
  readonly name_key: string
}

export const renameRow = query((db, p: Renaming & { updated_at: string }) =>
  db
    .updateTable('environments')
    .set(columns(p, ['name', 'name_key', 'updated_at']))
    .where('repository_id', '=', p.repository_id)
    .where('name_key', '=', p.old_key)
    .returningAll(),
)

/** Before the deployments, by whose environment they are found. */
export const renameInStatuses = query((db, p: Renaming) =>
  db
    .updateTable('deployment_statuses')
    .set({ environment: p.name })
    .where('deployment_id', 'in', (e) =>
      e
        .selectFrom('deployments')
        .select('id')
        .where('repository_id', '=', p.repository_id)
        .where('environment_key', '=', p.old_key),
    )
    .where((e) => e(e.fn<string>('lower', ['environment']), '=', p.old_key)),
)

/** Also where it was made for, unless a status has moved it here: what runs it is given that one's secrets. */
export const renameInDeployments = query((db, p: Renaming) =>
  db
    .updateTable('deployments')
    .set({
      environment: p.name,
      environment_key: p.name_key,
      original_environment: sql`case when original_environment = environment
        then ${p.name} else original_environment end`,
    })
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.old_key),
)

/** Limits set for a name that was there before are not for this environment. */
export const clearLifetime = query((db, p: Renaming) =>
  db
    .deleteFrom('lifetimes')
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.name_key),
)

export const renameInLifetimes = query((db, p: Renaming) =>
  db
    .updateTable('lifetimes')
    .set({ environment_key: p.name_key })
    .where('repository_id', '=', p.repository_id)
    .where('environment_key', '=', p.old_key),
)

export const filtersOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('hooks')
    .select(['id', 'filter'])
    .where('repository_id', '=', p.repository_id)
    .where('filter', 'is not', null)
    .orderBy('id'),
)

export const replaceFilter = query((db, p: { id: number; filter: string }) =>
  db.updateTable('hooks').set({ filter: p.filter }).where('id', '=', p.id),
)
