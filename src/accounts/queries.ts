import { columns, query } from '../store/query.ts'
import type { AccountRow } from '../tables/accounts.ts'

export type NewAccount = Omit<AccountRow, 'id' | 'suspended_at'>
const accountColumns = [
  'login',
  'login_key',
  'type',
  'name',
  'email',
  'password_hash',
  'site_admin',
  'created_at',
  'updated_at',
] as const

export const insertAccount = query((db, p: NewAccount) =>
  db.insertInto('accounts').values(columns(p, accountColumns)).returningAll(),
)

export const accountById = query((db, p: { id: number }) =>
  db.selectFrom('accounts').selectAll().where('id', '=', p.id),
)

export const accountByLogin = query((db, p: { login_key: string }) =>
  db.selectFrom('accounts').selectAll().where('login_key', '=', p.login_key),
)

export const updatePassword = query(
  (db, p: { id: number; password_hash: string; updated_at: string }) =>
    db
      .updateTable('accounts')
      .set({ password_hash: p.password_hash, updated_at: p.updated_at })
      .where('id', '=', p.id),
)

export const insertMembership = query(
  (db, p: { organization_id: number; account_id: number; role: 'admin' | 'member' }) =>
    db
      .insertInto('memberships')
      .values(columns(p, ['organization_id', 'account_id', 'role']))
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'account_id']).doUpdateSet({ role: p.role }),
      ),
)

export const membership = query((db, p: { organization_id: number; account_id: number }) =>
  db
    .selectFrom('memberships')
    .select('role')
    .where('organization_id', '=', p.organization_id)
    .where('account_id', '=', p.account_id),
)

export const anyAdministrator = query((db, _: object) =>
  db.selectFrom('accounts').select('id').where('site_admin', '=', 1).limit(1),
)

export const anyUser = query((db, _: object) =>
  db.selectFrom('accounts').select('id').where('type', '=', 'User').limit(1),
)
