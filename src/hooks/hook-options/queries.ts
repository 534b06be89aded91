import { sql } from 'kysely'
import { columns, query } from '../../store/query.ts'
import type { HookOptionsRow, HookRow } from '../../tables/hooks.ts'

export const optionsOfHook = query((db, p: { hook_id: number }) =>
  db.selectFrom('hook_options').selectAll().where('hook_id', '=', p.hook_id),
)

const names = [
  'standard_webhooks',
  'previous_secret',
  'previous_secret_until',
  'client_certificate',
  'client_key',
  'timeout_seconds',
  'rate_per_second',
] as const

export const writeOptions = query((db, p: HookOptionsRow) =>
  db
    .insertInto('hook_options')
    .values(columns(p, ['hook_id', ...names]))
    .onConflict((conflict) => conflict.column('hook_id').doUpdateSet(columns(p, names)))
    .returningAll(),
)

export const writeFormat = query((db, p: Pick<HookRow, 'id' | 'format' | 'updated_at'>) =>
  db
    .updateTable('hooks')
    .set(columns(p, ['format', 'updated_at']))
    .where('id', '=', p.id)
    .returning('id'),
)

export const writeSecret = query((db, p: { id: number; secret: string; updated_at: string }) =>
  db
    .updateTable('hooks')
    .set(columns(p, ['secret', 'updated_at']))
    .where('id', '=', p.id)
    .returning('id'),
)

/** What waits for a hook, and why it may be waiting. */
export const backlogOfHook = query((db, p: { hook_id: number }) =>
  db
    .selectFrom('hook_states')
    .select(['consecutive_failures', 'first_failure_at', 'last_success_at', 'breaker_until'])
    .select((e) =>
      (['pending', 'held'] as const).map((state) =>
        e
          .selectFrom('deliveries')
          .select((f) => f.fn.countAll<number>().as('count'))
          .whereRef('deliveries.hook_id', '=', 'hook_states.hook_id')
          .where('deliveries.state', '=', sql.lit(state))
          .as(state),
      ),
    )
    .where('hook_states.hook_id', '=', p.hook_id),
)
