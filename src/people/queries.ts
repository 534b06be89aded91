import { query } from '../store/query.ts'

export const countedOwnRepositories = query((db, p: { owner_id: number }) =>
  db
    .selectFrom('repositories')
    .select(({ fn }) => ['private', fn.countAll<number>().as('count')])
    .where('owner_id', '=', p.owner_id)
    .groupBy('private'),
)

export const organizationsPage = query(
  (db, p: { account_id: number; limit: number; offset: number }) =>
    db
      .selectFrom('accounts')
      .innerJoin('memberships', 'memberships.organization_id', 'accounts.id')
      .selectAll('accounts')
      .where('memberships.account_id', '=', p.account_id)
      .orderBy('accounts.id')
      .limit(p.limit)
      .offset(p.offset),
)

export const countedOrganizations = query((db, p: { account_id: number }) =>
  db
    .selectFrom('memberships')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account_id),
)

export const updateName = query((db, p: { id: number; name: string | null; updated_at: string }) =>
  db
    .updateTable('accounts')
    .set({ name: p.name, updated_at: p.updated_at })
    .where('id', '=', p.id)
    .returningAll(),
)
