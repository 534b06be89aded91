import { columns, query } from '../store/query.ts'
import type { IdentityRow, SignInFlowRow } from '../tables/accounts.ts'

export const insertIdentity = query((db, p: Omit<IdentityRow, 'id'>) =>
  db
    .insertInto('identities')
    .values(columns(p, ['account_id', 'issuer', 'subject', 'name', 'grants_admin', 'created_at'])),
)

export const identityBySubject = query((db, p: Pick<IdentityRow, 'issuer' | 'subject'>) =>
  db
    .selectFrom('identities')
    .selectAll()
    .where('issuer', '=', p.issuer)
    .where('subject', '=', p.subject),
)

export const identityOf = query((db, p: Pick<IdentityRow, 'issuer' | 'account_id'>) =>
  db
    .selectFrom('identities')
    .selectAll()
    .where('issuer', '=', p.issuer)
    .where('account_id', '=', p.account_id),
)

export const updateGrant = query((db, p: Pick<IdentityRow, 'id' | 'grants_admin'>) =>
  db.updateTable('identities').set({ grants_admin: p.grants_admin }).where('id', '=', p.id),
)

export const deleteIdentity = query((db, p: Pick<IdentityRow, 'id'>) =>
  db.deleteFrom('identities').where('id', '=', p.id),
)

export const insertFlow = query((db, p: SignInFlowRow) =>
  db.insertInto('sign_in_flows').values(columns(p, ['hash', 'account_id', 'return_to', 'ends_at'])),
)

export const flowByHash = query((db, p: { hash: string; now: string }) =>
  db
    .selectFrom('sign_in_flows')
    .select('hash')
    .where('hash', '=', p.hash)
    .where('ends_at', '>', p.now),
)

export const takeFlow = query((db, p: { hash: string; now: string }) =>
  db
    .deleteFrom('sign_in_flows')
    .where('hash', '=', p.hash)
    .where('ends_at', '>', p.now)
    .returningAll(),
)

export const deleteEndedFlows = query((db, p: { now: string }) =>
  db.deleteFrom('sign_in_flows').where('ends_at', '<=', p.now),
)
