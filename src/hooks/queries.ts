import { columns, query } from '../store/query.ts'
import type { HookRow } from '../tables/hooks.ts'
import { queryByHolder } from './model.ts'

type Page = { holder_id: number; limit: number; offset: number }

export const hooksOf = queryByHolder((column) =>
  query((db, p: Page) =>
    db
      .selectFrom('hooks')
      .selectAll()
      .where(column, '=', p.holder_id)
      .orderBy('id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const hookById = queryByHolder((column) =>
  query((db, p: { id: number; holder_id: number }) =>
    db.selectFrom('hooks').selectAll().where('id', '=', p.id).where(column, '=', p.holder_id),
  ),
)

/** URL and events of every hook of a holder, one row an event; a hook without events has one row without. */
export const subscriptionsOf = queryByHolder((column) =>
  query((db, p: { holder_id: number }) =>
    db
      .selectFrom('hooks')
      .leftJoin('hook_events', 'hook_events.hook_id', 'hooks.id')
      .select(['hooks.id', 'hooks.url', 'hook_events.event'])
      .where(column, '=', p.holder_id)
      .orderBy('hooks.id')
      .orderBy('hook_events.event'),
  ),
)

export type HookSettings = Pick<
  HookRow,
  'active' | 'url' | 'content_type' | 'insecure_ssl' | 'secret' | 'updated_at'
>
const settings = ['active', 'url', 'content_type', 'insecure_ssl', 'secret', 'updated_at'] as const

type NewHook = HookSettings &
  Pick<HookRow, 'repository_id' | 'organization_id' | 'app_id' | 'created_at'>

export const insertHook = query((db, p: NewHook) =>
  db
    .insertInto('hooks')
    .values({
      ...columns(p, [...settings, 'repository_id', 'organization_id', 'app_id', 'created_at']),
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
