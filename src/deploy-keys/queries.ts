import { columns, query } from '../store/query.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'

type Use = Pick<DeployKeyRow, 'id' | 'last_used' | 'last_used_address'>
export type NewDeployKeyRow = Omit<DeployKeyRow, 'id' | 'last_used_address'>

export const insertDeployKey = query((db, p: NewDeployKeyRow) =>
  db
    .insertInto('deploy_keys')
    .values(
      columns(p, [
        'repository_id',
        'title',
        'key',
        'fingerprint',
        'read_only',
        'created_at',
        'last_used',
        'added_by_id',
        'token_id',
      ]),
    )
    .returningAll(),
)

export const deployKeyById = query((db, p: { repository_id: number; id: number }) =>
  db
    .selectFrom('deploy_keys')
    .leftJoin('accounts', 'accounts.id', 'deploy_keys.added_by_id')
    .selectAll('deploy_keys')
    .select('accounts.login as added_by')
    .where('deploy_keys.repository_id', '=', p.repository_id)
    .where('deploy_keys.id', '=', p.id),
)

export const deployKeyByFingerprint = query((db, p: { fingerprint: string }) =>
  db.selectFrom('deploy_keys').selectAll().where('fingerprint', '=', p.fingerprint),
)

export const deployKeysOf = query(
  (db, p: { repository_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('deploy_keys')
      .leftJoin('accounts', 'accounts.id', 'deploy_keys.added_by_id')
      .selectAll('deploy_keys')
      .select('accounts.login as added_by')
      .where('deploy_keys.repository_id', '=', p.repository_id)
      .orderBy('deploy_keys.id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countDeployKeys = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('deploy_keys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', '=', p.repository_id),
)

export const deleteDeployKey = query((db, p: { repository_id: number; id: number }) =>
  db
    .deleteFrom('deploy_keys')
    .where('repository_id', '=', p.repository_id)
    .where('id', '=', p.id)
    .returningAll(),
)

export const touchDeployKey = query((db, p: Use) =>
  db
    .updateTable('deploy_keys')
    .set(columns(p, ['last_used', 'last_used_address']))
    .where('id', '=', p.id),
)
