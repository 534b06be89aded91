import { sql } from 'kysely'
import { columns, query } from '../store/query.ts'
import type { EnvironmentFreezeRow } from '../tables/environments.ts'

type Name = { environment_id: number; name: string }

/** An environment has at most so many. */
export const freezesMax = 20

/** Without their calendars, which need be read only once. */
export const digestsOf = query((db, p: { environment_id: number }) =>
  db
    .selectFrom('environment_freezes')
    .select(['name', 'digest'])
    .where('environment_id', '=', p.environment_id)
    .orderBy('name')
    .limit(sql.lit(freezesMax)),
)

export const calendarOf = query((db, p: Name) =>
  db
    .selectFrom('environment_freezes')
    .select(['calendar', 'time_zone'])
    .where('environment_id', '=', p.environment_id)
    .where('name', '=', p.name),
)

export const freezesOf = query((db, p: { environment_id: number }) =>
  db
    .selectFrom('environment_freezes')
    .leftJoin('accounts', 'accounts.id', 'environment_freezes.account_id')
    .selectAll('environment_freezes')
    .select(['accounts.login', 'accounts.type', 'accounts.site_admin'])
    .where('environment_freezes.environment_id', '=', p.environment_id)
    .orderBy('environment_freezes.name')
    .limit(sql.lit(freezesMax)),
)

export const putFreeze = query((db, p: EnvironmentFreezeRow) =>
  db
    .insertInto('environment_freezes')
    .values(
      columns(p, [
        'environment_id',
        'name',
        'account_id',
        'calendar',
        'time_zone',
        'digest',
        'created_at',
      ]),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['environment_id', 'name'])
        .doUpdateSet(columns(p, ['account_id', 'calendar', 'time_zone', 'digest', 'created_at'])),
    ),
)

export const deleteFreeze = query((db, p: Name) =>
  db
    .deleteFrom('environment_freezes')
    .where('environment_id', '=', p.environment_id)
    .where('name', '=', p.name)
    .returning('name'),
)
