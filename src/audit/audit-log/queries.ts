import { expressionBuilder, sql } from 'kysely'
import { query, queryFor } from '../../store/query.ts'
import type { Tables } from '../../tables/tables.ts'
import type { Filter } from './model.ts'

/** Whose log, and what of it. */
export type Term = keyof Filter | 'of repository' | 'of owner'

type Values = Record<keyof Filter, string> & {
  readonly id: number
  readonly before: number
  readonly limit: number
}

/** Newest first. Asks only for the terms named; other values are not looked at. */
export const entriesBy = queryFor((terms: ReadonlySet<Term>) =>
  query((db, p: Values) =>
    db
      .selectFrom('audit_entries')
      .selectAll()
      .where('id', '<', p.before)
      .where(matches(terms, p))
      .orderBy('id', 'desc')
      .limit(p.limit),
  ),
)

function matches(terms: ReadonlySet<Term>, p: Values) {
  const eb = expressionBuilder<Tables, 'audit_entries'>()
  const all = {
    'of repository': eb('repository_id', '=', p.id),
    'of owner': eb('owner_id', '=', p.id),
    /** `team` is everything about teams. */
    action: eb.or([
      eb('action', '=', p.action),
      eb('action', 'like', sql<string>`cast(${p.action} as text) || '.%'`),
    ]),
    actor: eb('actor', '=', p.actor),
    environment: eb('environment', '=', p.environment),
    repo: eb('repository', '=', p.repo),
    since: eb('created_at', '>=', p.since),
    until: eb('created_at', '<', p.until),
    is: eb('refusal', 'is not', null),
  }
  return eb.and([...terms].map((term) => all[term]))
}
