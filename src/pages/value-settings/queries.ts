import { sql } from 'kysely'
import type { Kept } from '../../holders/model.ts'
import { type Builder, query, type RowOf } from '../../store/query.ts'

const listedMax = 10_000

const selectedOfKept = (kept: Kept) =>
  query((db, p: { organization_id: number }) =>
    db
      .selectFrom('selected_repositories')
      .innerJoin('repositories', 'repositories.id', 'selected_repositories.repository_id')
      .select([
        `selected_repositories.${kept}_id as kept_id`,
        'repositories.id',
        'repositories.name',
      ])
      .where(`selected_repositories.${kept}_id`, 'in', (of) =>
        of.selectFrom(`${kept}s`).select('id').where('organization_id', '=', p.organization_id),
      )
      .orderBy('repositories.name_key')
      .limit(sql.lit(listedMax)),
  )

/** The repositories that were chosen for each of an organisation's secrets, or variables. */
export const selectedOf = { secret: selectedOfKept('secret'), variable: selectedOfKept('variable') }

type Of = { repository_id: number }

const inEnvironments = (db: Builder, p: Of) =>
  db
    .selectFrom('environments')
    .select(['environments.id as environment_id', 'environments.name as environment'])
    .where('environments.repository_id', '=', p.repository_id)
    .limit(sql.lit(listedMax))

/** What the environments of a repository have. */
export const keptInEnvironments = {
  secret: query((db, p: Of) =>
    inEnvironments(db, p)
      .innerJoin('secrets as kept', 'kept.environment_id', 'environments.id')
      .select(['kept.name', 'kept.updated_at'])
      .orderBy('kept.name')
      .orderBy('environments.name_key'),
  ),
  variable: query((db, p: Of) =>
    inEnvironments(db, p)
      .innerJoin('variables as kept', 'kept.environment_id', 'environments.id')
      .select(['kept.name', 'kept.updated_at'])
      .orderBy('kept.name')
      .orderBy('environments.name_key'),
  ),
}

export type EnvironmentRow = RowOf<typeof keptInEnvironments.secret>
