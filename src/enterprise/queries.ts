import { columns, query } from '../store/query.ts'
import type { AccountRow } from '../tables/accounts.ts'

type Change<K extends keyof AccountRow> = Pick<AccountRow, 'id' | 'updated_at' | K>

export const updateLogin = query((db, p: Change<'login' | 'login_key'>) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['login', 'login_key', 'updated_at']))
    .where('id', '=', p.id)
    .returningAll(),
)

export const updateName = query((db, p: Change<'name'>) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['name', 'updated_at']))
    .where('id', '=', p.id),
)

export const updateSuspension = query((db, p: Change<'suspended_at'>) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['suspended_at', 'updated_at']))
    .where('id', '=', p.id),
)

export const updateSiteAdmin = query((db, p: Change<'site_admin'>) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['site_admin', 'updated_at']))
    .where('id', '=', p.id),
)

/** One of them. */
export const ownedRepository = query((db, p: { owner_id: number }) =>
  db.selectFrom('repositories').select('id').where('owner_id', '=', p.owner_id).limit(1),
)

export const deleteAccount = query((db, p: { id: number }) =>
  db.deleteFrom('accounts').where('id', '=', p.id),
)
