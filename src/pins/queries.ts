import { columns, query } from '../store/query.ts'
import type { EnvironmentRow } from '../tables/environments.ts'

export const environmentOf = query((db, p: { repository_id: number; id: number }) =>
  db
    .selectFrom('environments')
    .select(['id', 'name', 'pinned_at'])
    .where('repository_id', '=', p.repository_id)
    .where('id', '=', p.id),
)

export const countPinned = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('environments')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id)
    .where('pinned_at', 'is not', null),
)

export const updatePin = query((db, p: Pick<EnvironmentRow, 'id' | 'pinned_at'>) =>
  db
    .updateTable('environments')
    .set(columns(p, ['pinned_at']))
    .where('id', '=', p.id),
)

type Pin = { account_id: number; repository_id: number }

export const pinnedRepositories = query((db, p: { account_id: number }) =>
  db
    .selectFrom('pinned_repositories')
    .select('repository_id')
    .where('account_id', '=', p.account_id)
    .orderBy('created_at')
    .limit(100),
)

export const insertPin = query((db, p: Pin & { created_at: string }) =>
  db
    .insertInto('pinned_repositories')
    .values(columns(p, ['account_id', 'repository_id', 'created_at'])),
)

export const deletePin = query((db, p: Pin) =>
  db
    .deleteFrom('pinned_repositories')
    .where('account_id', '=', p.account_id)
    .where('repository_id', '=', p.repository_id)
    .returning('repository_id'),
)
