import { sql } from 'kysely'
import { type Builder, query, queryFor } from '../store/query.ts'
import type { Role } from './model.ts'

type Ids = { organization_id: number; account_id: number }

export const deleteMembership = query((db, p: Ids) =>
  db
    .deleteFrom('memberships')
    .where('organization_id', '=', p.organization_id)
    .where('account_id', '=', p.account_id)
    .returning('account_id'),
)

export const deleteTeamMemberships = query((db, p: Ids) =>
  db
    .deleteFrom('team_members')
    .where('account_id', '=', p.account_id)
    .where('team_id', 'in', (of) =>
      of.selectFrom('teams').select('id').where('organization_id', '=', p.organization_id),
    ),
)

/** One of them. */
export const ownersOf = query((db, p: { organization_id: number }) =>
  db
    .selectFrom('memberships')
    .select('account_id')
    .where('organization_id', '=', p.organization_id)
    .where('role', '=', 'admin')
    .limit(1),
)

type Members = { organization_id: number }

export const membersOf = queryFor((roles: ReadonlySet<Role>) =>
  query((db, p: Members & { limit: number; offset: number }) =>
    joined(db, p, roles)
      .selectAll('accounts')
      .orderBy('accounts.login_key')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countMembers = queryFor((roles: ReadonlySet<Role>) =>
  query((db, p: Members) =>
    joined(db, p, roles).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

const joined = (db: Builder, p: Members, roles: ReadonlySet<Role>) =>
  db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .where('memberships.organization_id', '=', p.organization_id)
    .where('memberships.role', 'in', [...roles])

type Public = Ids & { is_public: 0 | 1 }

/** Nothing where there is no such member. */
export const publish = query((db, p: Public) =>
  db
    .updateTable('memberships')
    .set({ is_public: p.is_public })
    .where('organization_id', '=', p.organization_id)
    .where('account_id', '=', p.account_id)
    .returning('account_id'),
)

export const publicMember = query((db, p: Ids) =>
  publicOf(db, p).select('memberships.account_id').where('account_id', '=', p.account_id),
)

export const publicMembersOf = query((db, p: Members & { limit: number; offset: number }) =>
  publicOf(db, p)
    .selectAll('accounts')
    .orderBy('accounts.login_key')
    .limit(p.limit)
    .offset(p.offset),
)

export const countPublicMembers = query((db, p: Members) =>
  publicOf(db, p).select(({ fn }) => fn.countAll<number>().as('count')),
)

const publicOf = (db: Builder, p: Members) =>
  joined(db, p, everyRole).where('memberships.is_public', '=', sql.lit(1))

const everyRole: ReadonlySet<Role> = new Set(['admin', 'member'])

/** Those that the account is in. */
export const organizationsOf = query((db, p: { account_id: number; limit: number }) =>
  db
    .selectFrom('accounts')
    .innerJoin('memberships', 'memberships.organization_id', 'accounts.id')
    .selectAll('accounts')
    .select('memberships.role')
    .where('memberships.account_id', '=', p.account_id)
    .orderBy('accounts.login_key')
    .limit(p.limit),
)
