import { sql } from 'kysely'
import { query } from '../../store/query.ts'

type Page = { key: string; limit: number; offset: number }

/** Of those whose login has the text in it. */
export const accountsLike = (type: 'User' | 'Organization') =>
  query((db, p: Page) =>
    db
      .selectFrom('accounts')
      .select(['id', 'login', 'name', 'email', 'site_admin', 'suspended_at', 'created_at'])
      .select((of) =>
        of
          .selectFrom('memberships')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('memberships.organization_id', '=', 'accounts.id')
          .as('members_count'),
      )
      .where('type', '=', type)
      .where('login_key', 'like', sql<string>`'%' || cast(${p.key} as text) || '%'`)
      .orderBy('login_key')
      .limit(p.limit)
      .offset(p.offset),
  )
