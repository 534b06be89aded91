import { type RawBuilder, sql } from 'kysely'
import { query } from '../../store/query.ts'

/**
 * The hooks that have something pending. Each step finds the next hook in the partial index, so
 * that this costs as much as there are such hooks, however many deliveries wait for each.
 */
const pendingHooks: RawBuilder<{ hook_id: number }> = sql`with recursive found (hook_id) as (
    select min(hook_id) from deliveries where state = 'pending'
    union all
    select (select min(hook_id) from deliveries where state = 'pending' and hook_id > found.hook_id)
    from found where found.hook_id is not null
  )
  select hook_id from found where hook_id is not null`

export const findPendingHooks = query((db, _: object) =>
  db.selectFrom(sql<{ hook_id: number }>`(${pendingHooks})`.as('hooks')).select('hooks.hook_id'),
)

/** Times are compared by the database's clock alone, which all nodes share. */
const now = sql<string>`to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

export const findLivingNode = query((db, _: object) =>
  db.selectFrom('nodes').select('id').where('lease_until', '>', now).limit(1),
)

/** How many nodes are alive, and how many hooks there are for them: held by any, held by this one, waiting for one. */
export const findCrowd = query((db, p: { node_id: string }) =>
  db.selectNoFrom((e) => [
    e
      .selectFrom('nodes')
      .select((f) => f.fn.countAll<number>().as('count'))
      .where('lease_until', '>', now)
      .as('nodes'),
    e
      .selectFrom('hook_states')
      .select((f) => f.fn.countAll<number>().as('count'))
      .where('lease_owner', 'is not', null)
      .as('held'),
    e
      .selectFrom('hook_states')
      .select((f) => f.fn.countAll<number>().as('count'))
      .where('lease_owner', '=', p.node_id)
      .as('mine'),
    e
      .selectFrom('hook_states')
      .select((f) => f.fn.countAll<number>().as('count'))
      .where('lease_owner', 'is', null)
      .where('hook_id', 'in', sql<number>`(${pendingHooks})`)
      .as('waiting'),
  ]),
)

/**
 * Up to `limit` hooks that have something pending and whose node is gone, or that have none. The
 * epoch goes up, so that whoever held the hook before can record nothing for it any more.
 */
export const claimHooks = query((db, p: { node_id: string; limit: number }) =>
  db
    .updateTable('hook_states')
    .set((e) => ({ lease_owner: p.node_id, lease_epoch: e('lease_epoch', '+', 1) }))
    .where('hook_id', 'in', (e) =>
      e
        .selectFrom('hook_states as free')
        .select('free.hook_id')
        .where('free.hook_id', 'in', sql<number>`(${pendingHooks})`)
        .where((f) =>
          f.or([
            f('free.lease_owner', 'is', null),
            f.not(
              f.exists(
                f
                  .selectFrom('nodes')
                  .select('nodes.id')
                  .whereRef('nodes.id', '=', 'free.lease_owner')
                  .where('nodes.lease_until', '>', now),
              ),
            ),
          ]),
        )
        .orderBy('free.hook_id')
        .limit(p.limit)
        .forUpdate()
        .skipLocked(),
    )
    .where((e) =>
      e.exists(
        e
          .selectFrom('nodes')
          .select('nodes.id')
          .where('nodes.id', '=', p.node_id)
          .where('nodes.lease_until', '>', now),
      ),
    )
    .returning(['hook_id', 'lease_epoch']),
)

export const findOwnHooks = query((db, p: { node_id: string }) =>
  db
    .selectFrom('hook_states')
    .select(['hook_id', 'lease_epoch'])
    .where('lease_owner', '=', p.node_id)
    .orderBy('hook_id'),
)

/** Does nothing for a hook that another has taken. */
export const giveBackHook = query((db, p: { hook_id: number; node_id: string }) =>
  db
    .updateTable('hook_states')
    .set({ lease_owner: null })
    .where('hook_id', '=', p.hook_id)
    .where('lease_owner', '=', p.node_id)
    .returning('hook_id'),
)

export const giveBackAll = query((db, p: { node_id: string }) =>
  db
    .updateTable('hook_states')
    .set({ lease_owner: null })
    .where('lease_owner', '=', p.node_id)
    .returning('hook_id'),
)

export const removeNode = query((db, p: { node_id: string }) =>
  db.deleteFrom('nodes').where('id', '=', p.node_id),
)
