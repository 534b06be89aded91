import { sql } from 'kysely'
import { query } from '../../store/query.ts'

/** Of what the person has, and of the organisations that they administer. */
export const installationsKeptBy = query((db, p: { viewer_id: number }) =>
  db
    .selectFrom('installations')
    .innerJoin('apps', 'apps.id', 'installations.app_id')
    .innerJoin('accounts', 'accounts.id', 'installations.account_id')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.organization_id', '=', 'installations.account_id')
        .on('memberships.account_id', '=', p.viewer_id),
    )
    .select([
      'installations.id',
      'installations.app_id',
      'installations.account_id',
      'installations.repository_selection',
      'installations.suspended_at',
      'installations.created_at',
      'apps.name as app_name',
      'apps.slug as app_slug',
      'apps.permissions as app_permissions',
      'installations.permissions',
      'accounts.login as account_login',
    ])
    .where((where) =>
      where.or([
        where('installations.account_id', '=', p.viewer_id),
        where('memberships.role', '=', 'admin'),
      ]),
    )
    .orderBy('accounts.login_key')
    .orderBy('apps.slug')
    .limit(1000),
)

export const chosenOf = query((db, p: { installation_id: number }) =>
  db
    .selectFrom('installation_repositories')
    .select('repository_id')
    .where('installation_id', '=', p.installation_id)
    .orderBy('repository_id')
    .limit(1000),
)

/** Where an App is, and of these where it was granted something else than it asks for now. */
export const installationCounts = query((db, p: { app_id: number }) =>
  db
    .selectFrom('installations')
    .innerJoin('apps', 'apps.id', 'installations.app_id')
    .select(({ fn }) => fn.countAll<number>().as('all'))
    .select(
      sql<number>`sum(case when installations.permissions <> apps.permissions then 1 else 0 end)`.as(
        'outdated',
      ),
    )
    .where('installations.app_id', '=', p.app_id),
)
