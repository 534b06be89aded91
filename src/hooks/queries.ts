import { columns, query } from '../store/query.ts'
import type { HookRow } from '../store/tables.ts'

export const hooksOfRepository = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('hooks')
      .selectAll()
      .where('repository_id', '=', p.repository_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
)

export const hookById = query((db, p: { id: number; repository_id: number }) =>
  db
    .selectFrom('hooks')
    .selectAll()
    .where('id', '=', p.id)
    .where('repository_id', '=', p.repository_id),
)

/** URL and events of every hook of a repository, one row an event; a hook without events has one row without. */
export const subscriptionsOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('hooks')
    .leftJoin('hook_events', 'hook_events.hook_id', 'hooks.id')
    .select(['hooks.id', 'hooks.url', 'hook_events.event'])
    .where('hooks.repository_id', '=', p.repository_id)
    .orderBy('hooks.id')
    .orderBy('hook_events.event'),
)

export type HookSettings = Pick<
  HookRow,
  'active' | 'url' | 'content_type' | 'insecure_ssl' | 'secret' | 'updated_at'
>
const settings = ['active', 'url', 'content_type', 'insecure_ssl', 'secret', 'updated_at'] as const

export const insertHook = query(
  (db, p: HookSettings & { repository_id: number; created_at: string }) =>
    db
      .insertInto('hooks')
      .values({
        ...columns(p, [...settings, 'repository_id', 'created_at']),
        last_status: 'unused',
      })
      .returningAll(),
)

/** A hook that is switched on by hand forgets why it was off. */
export const updateHook = query((db, p: HookSettings & { id: number }) =>
  db
    .updateTable('hooks')
    .set(columns(p, settings))
    .set((e) => ({
      disabled_at: e
        .case()
        .when(e.val(p.active), '=', 1)
        .then(null)
        .else(e.ref('disabled_at'))
        .end(),
      disabled_reason: e
        .case()
        .when(e.val(p.active), '=', 1)
        .then(null)
        .else(e.ref('disabled_reason'))
        .end(),
    }))
    .where('id', '=', p.id)
    .returningAll(),
)

export const deleteHook = query((db, p: { id: number }) =>
  db.deleteFrom('hooks').where('id', '=', p.id).returning('id'),
)

export const insertHookEvent = query((db, p: { hook_id: number; event: string }) =>
  db
    .insertInto('hook_events')
    .values(columns(p, ['hook_id', 'event']))
    .returning('hook_id'),
)

export const deleteHookEvents = query((db, p: { hook_id: number }) =>
  db.deleteFrom('hook_events').where('hook_id', '=', p.hook_id).returning('hook_id'),
)

export const insertHookState = query((db, p: { hook_id: number }) =>
  db
    .insertInto('hook_states')
    .values({ hook_id: p.hook_id, consecutive_failures: 0, lease_epoch: 0 })
    .returning('hook_id'),
)

/** The bytes of the last push to the repository. */
export const newestPush = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('events')
    .select('payload')
    .where('repository_id', '=', p.repository_id)
    .where('name', '=', 'push')
    .orderBy('id', 'desc')
    .limit(1),
)
