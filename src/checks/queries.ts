import { sql } from 'kysely'
import { isCovered } from '../auth/queries.ts'
import { type Builder, columns, query, queryFor } from '../store/query.ts'
import type { CheckRunRow, CheckSuiteRow } from '../tables/commits.ts'

type OfCommit = { repository_id: number; head_sha: string }
type Page = { limit: number; offset: number }

export const insertSuite = query((db, p: Omit<CheckSuiteRow, 'id'>) =>
  db
    .insertInto('check_suites')
    .values(
      columns(p, [
        'repository_id',
        'app_id',
        'head_sha',
        'head_branch',
        'status',
        'conclusion',
        'created_at',
        'updated_at',
      ]),
    )
    .returningAll(),
)

export const suiteOfApp = query((db, p: OfCommit & { app_id: number }) =>
  db
    .selectFrom('check_suites')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('head_sha', '=', p.head_sha)
    .where('app_id', '=', p.app_id),
)

/** So many Apps are asked of one push. */
const checkersMax = 20

/** Apps installed on the repository that may write its checks, but for those that it keeps from being asked. */
export const checkersOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('installations')
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .leftJoin('check_preferences as preferences', (join) =>
      join
        .onRef('preferences.app_id', '=', 'installations.app_id')
        .onRef('preferences.repository_id', '=', 'repositories.id'),
    )
    .select('installations.app_id')
    .where('repositories.id', '=', p.repository_id)
    .where('installations.suspended_at', 'is', null)
    // In JSON as `JSON.stringify` writes it.
    .where('installations.permissions', 'like', '%"checks":"write"%')
    .where(isCovered())
    .where((is) => is.or([is('setting', 'is', null), is('setting', '=', sql.lit(1))]))
    .orderBy('installations.app_id')
    .limit(sql.lit(checkersMax)),
)

export const suiteById = query((db, p: { id: number; repository_id: number }) =>
  db
    .selectFrom('check_suites')
    .selectAll()
    .where('id', '=', p.id)
    .where('repository_id', '=', p.repository_id),
)

type Progressed = Pick<CheckSuiteRow, 'id' | 'status' | 'conclusion' | 'updated_at'>

export const updateSuite = query((db, p: Progressed) =>
  db
    .updateTable('check_suites')
    .set(columns(p, ['status', 'conclusion', 'updated_at']))
    .where('id', '=', p.id)
    .returningAll(),
)

/** What a suite's state is made of: the newest run of each name. */
export const progressOfSuite = query((db, p: { check_suite_id: number }) =>
  db
    .selectFrom('check_runs')
    .select(['status', 'conclusion'])
    .where('id', 'in', newestInSuite(db).where('check_suite_id', '=', p.check_suite_id)),
)

const newestInSuite = (db: Builder) =>
  db
    .selectFrom('check_runs')
    .select(({ fn }) => fn.max<number>('id').as('id'))
    .groupBy(['check_suite_id', 'name_key'])

const runColumns = [
  'check_suite_id',
  'repository_id',
  'head_sha',
  'name',
  'name_key',
  'external_id',
  'details_url',
  'status',
  'conclusion',
  'started_at',
  'completed_at',
  'title',
  'summary',
  'details',
  'annotations_count',
] as const

export const insertRun = query((db, p: Omit<CheckRunRow, 'id'>) =>
  db.insertInto('check_runs').values(columns(p, runColumns)).returningAll(),
)

export const updateRun = query((db, p: CheckRunRow) =>
  db.updateTable('check_runs').set(columns(p, runColumns)).where('id', '=', p.id).returningAll(),
)

export const runById = query((db, p: { id: number; repository_id: number }) =>
  db
    .selectFrom('check_runs')
    .selectAll()
    .where('id', '=', p.id)
    .where('repository_id', '=', p.repository_id),
)

export const insertAnnotation = query((db, p: { check_run_id: number; annotation: string }) =>
  db.insertInto('check_annotations').values(columns(p, ['check_run_id', 'annotation'])),
)

export const annotationsOf = query((db, p: { check_run_id: number } & Page) =>
  db
    .selectFrom('check_annotations')
    .select('annotation')
    .where('check_run_id', '=', p.check_run_id)
    .orderBy('id')
    .limit(p.limit)
    .offset(p.offset),
)

export type RunFilter = 'suite' | 'name' | 'status' | 'app' | 'all'
export type RunsWanted = OfCommit & {
  check_suite_id: number
  name_key: string
  status: CheckRunRow['status']
  app_id: number
}

/** A filter left out is a clause left out; without `all` only the newest run of each name and suite. */
const runsWhere = (db: Builder, names: ReadonlySet<RunFilter>, p: RunsWanted) =>
  db
    .selectFrom('check_runs')
    .innerJoin('check_suites', 'check_suites.id', 'check_runs.check_suite_id')
    .where('check_runs.repository_id', '=', p.repository_id)
    .$if(names.has('suite'), (of) => of.where('check_suite_id', '=', p.check_suite_id))
    .$if(!names.has('suite'), (of) => of.where('check_runs.head_sha', '=', p.head_sha))
    .$if(names.has('name'), (of) => of.where('name_key', '=', p.name_key))
    .$if(names.has('status'), (of) => of.where('check_runs.status', '=', p.status))
    .$if(names.has('app'), (of) => of.where('check_suites.app_id', '=', p.app_id))
    .$if(!names.has('all'), (of) =>
      of.where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom('check_runs as newer')
              .select('newer.id')
              .whereRef('newer.check_suite_id', '=', 'check_runs.check_suite_id')
              .whereRef('newer.name_key', '=', 'check_runs.name_key')
              .whereRef('newer.id', '>', 'check_runs.id'),
          ),
        ),
      ),
    )

export const runsFor = queryFor((names: ReadonlySet<RunFilter>) =>
  query((db, p: RunsWanted & Page) =>
    runsWhere(db, names, p)
      .selectAll('check_runs')
      .orderBy('check_runs.id', 'desc')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countRunsFor = queryFor((names: ReadonlySet<RunFilter>) =>
  query((db, p: RunsWanted) =>
    runsWhere(db, names, p).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

export const countRunsOfSuite = query((db, p: { check_suite_id: number }) =>
  db
    .selectFrom('check_runs')
    .select(({ fn }) => fn.count<number>('name_key').distinct().as('count'))
    .where('check_suite_id', '=', p.check_suite_id),
)

export type SuiteFilter = 'name' | 'app'
export type SuitesWanted = OfCommit & { name_key: string; app_id: number }

const suitesWhere = (db: Builder, names: ReadonlySet<SuiteFilter>, p: SuitesWanted) =>
  db
    .selectFrom('check_suites')
    .where('repository_id', '=', p.repository_id)
    .where('head_sha', '=', p.head_sha)
    .$if(names.has('app'), (of) => of.where('app_id', '=', p.app_id))
    .$if(names.has('name'), (of) =>
      of.where((is) =>
        is.exists(
          is
            .selectFrom('check_runs')
            .select('check_runs.id')
            .whereRef('check_suite_id', '=', 'check_suites.id')
            .where('name_key', '=', p.name_key),
        ),
      ),
    )

export const suitesFor = queryFor((names: ReadonlySet<SuiteFilter>) =>
  query((db, p: SuitesWanted & Page) =>
    suitesWhere(db, names, p).selectAll().orderBy('id').limit(p.limit).offset(p.offset),
  ),
)

export const countSuitesFor = queryFor((names: ReadonlySet<SuiteFilter>) =>
  query((db, p: SuitesWanted) =>
    suitesWhere(db, names, p).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

/** The newest run under each name: what `required_contexts` looks at beside statuses (contract 9.3). */
export const latestRunsOf = query((db, p: OfCommit) =>
  db
    .selectFrom('check_runs')
    .select(['id', 'name', 'status', 'conclusion'])
    .where(
      'id',
      'in',
      db
        .selectFrom('check_runs')
        .select(({ fn }) => fn.max<number>('id').as('id'))
        .where('repository_id', '=', p.repository_id)
        .where('head_sha', '=', p.head_sha)
        .groupBy('name_key'),
    )
    // What is no success comes first, so that the limit can never hide a failure.
    .orderBy(sql`case when conclusion = 'success' then 1 else 0 end`)
    .orderBy('id')
    .limit(1000),
)

export const appWithOwner = query((db, p: { id: number }) =>
  db.selectFrom('apps').selectAll().where('id', '=', p.id),
)

type Preference = { repository_id: number; app_id: number; setting: 0 | 1 }

export const putPreference = query((db, p: Preference) =>
  db
    .insertInto('check_preferences')
    .values(columns(p, ['repository_id', 'app_id', 'setting']))
    .onConflict((at) =>
      at
        .columns(['repository_id', 'app_id'])
        .doUpdateSet((is) => ({ setting: is.ref('excluded.setting') })),
    ),
)

export const preferencesOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('check_preferences')
    .select(['app_id', 'setting'])
    .where('repository_id', '=', p.repository_id)
    .orderBy('app_id'),
)

export const settingsOf = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('check_settings')
    .select('neutral_checks_pass')
    .where('repository_id', '=', p.repository_id),
)

export const putSettings = query((db, p: { repository_id: number; neutral_checks_pass: 0 | 1 }) =>
  db
    .insertInto('check_settings')
    .values(columns(p, ['repository_id', 'neutral_checks_pass']))
    .onConflict((at) =>
      at
        .column('repository_id')
        .doUpdateSet((is) => ({ neutral_checks_pass: is.ref('excluded.neutral_checks_pass') })),
    ),
)
