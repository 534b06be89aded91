import { type RawBuilder, sql } from 'kysely'
import { query } from '../store/query.ts'

/** Counted no further than this: a look must cost the same however much there is. */
export const countedMax = 10_000
/** Of so many hooks with something pending, so many of the oldest each. */
const hooksMax = 500
const deliveriesMax = 20

export const countPending = query((db, _: object) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('deliveries')
        .select('lane')
        .where('state', '=', sql.lit<'pending'>('pending'))
        .limit(sql.lit(countedMax))
        .as('some'),
    )
    .select(['lane', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('lane'),
)

export const countHeld = query((db, _: object) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('deliveries')
        .select('id')
        .where('state', '=', sql.lit<'held'>('held'))
        .limit(sql.lit(countedMax))
        .as('some'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count')),
)

export const countOpenBreakers = query((db, _: object) =>
  db
    .selectFrom('hook_states')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('breaker_until', 'is not', null),
)

export const countDisabledHooks = query((db, _: object) =>
  db
    .selectFrom('hooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('disabled_at', 'is not', null),
)

/** Each step finds the next hook in the index of what is pending. */
const pendingHooks: RawBuilder<{ hook_id: number }> = sql`with recursive found (hook_id) as (
    select min(hook_id) from deliveries where state = 'pending'
    union all
    select (select min(hook_id) from deliveries where state = 'pending' and hook_id > found.hook_id)
    from found where found.hook_id is not null
  )
  select hook_id from found where hook_id is not null limit ${sql.lit(hooksMax)}`

/**
 * The first delivery of a hook that waits for its first attempt, among the oldest that are pending.
 * Those are found by their ids alone, which the index of what is pending holds: SQLite would else
 * walk through all that the hook ever got.
 */
const firstUntried = sql<string | null>`(
  select min(created_at) from deliveries where attempts = 0 and lane = 'live' and id in (
    select id from deliveries where state = 'pending' and hook_id = waiting.hook_id
    order by id limit ${sql.lit(deliveriesMax)}
  ))`

/** When the oldest event happened that nobody has tried to send, though its receiver is not known to be ill. */
export const findOldestUntried = query((db, _: object) =>
  db
    .selectFrom(sql<{ hook_id: number }>`(${pendingHooks})`.as('waiting'))
    .innerJoin('hook_states', 'hook_states.hook_id', 'waiting.hook_id')
    .select(sql<string | null>`min(${firstUntried})`.as('created_at'))
    .where('hook_states.breaker_until', 'is', null),
)
