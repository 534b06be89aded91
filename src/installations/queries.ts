import { expressionBuilder, sql } from 'kysely'
import { isChosenFor, isCovered } from '../auth/queries.ts'
import { ownerColumns, teamRank } from '../repositories/model.ts'
import { type Builder, columns, query, queryFor } from '../store/query.ts'
import type { InstallationRow } from '../tables/programs.ts'
import type { Tables } from '../tables/tables.ts'

const installationsWithNames = (db: Builder) =>
  db
    .selectFrom('installations')
    .innerJoin('apps', 'apps.id', 'installations.app_id')
    .innerJoin('accounts', 'accounts.id', 'installations.account_id')
    .leftJoin('accounts as suspenders', 'suspenders.id', 'installations.suspended_by_id')
    .selectAll('installations')
    .select([
      'apps.slug as app_slug',
      'apps.client_id',
      'accounts.login as account_login',
      'accounts.type as account_type',
      'accounts.site_admin as account_site_admin',
      'suspenders.login as suspender_login',
      'suspenders.type as suspender_type',
      'suspenders.site_admin as suspender_site_admin',
    ])

export const installationById = query((db, p: { id: number }) =>
  installationsWithNames(db).where('installations.id', '=', p.id),
)

export const installationOn = query((db, p: { app_id: number; account_id: number }) =>
  installationsWithNames(db)
    .where('installations.app_id', '=', p.app_id)
    .where('installations.account_id', '=', p.account_id),
)

/** The App's installation that covers the repository, suspended or not. */
export const installationFor = query((db, p: { app_id: number; repository_id: number }) =>
  installationsWithNames(db)
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .where('installations.app_id', '=', p.app_id)
    .where('repositories.id', '=', p.repository_id)
    .where(isCovered()),
)

/** `outdated`: granted something else than the App asks for now. */
export type InstallationWord = 'since' | 'outdated'
type InstallationParams = { readonly app_id: number; readonly since: string }
type Paged = { readonly limit: number; readonly offset: number }

export const installationsOf = queryFor((words: ReadonlySet<InstallationWord>) =>
  query((db, p: InstallationParams & Paged) =>
    installationsWithNames(db)
      .where(matches(p, words))
      .orderBy('installations.id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countInstallationsOf = queryFor((words: ReadonlySet<InstallationWord>) =>
  query((db, p: InstallationParams) =>
    db
      .selectFrom('installations')
      .innerJoin('apps', 'apps.id', 'installations.app_id')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(matches(p, words)),
  ),
)

function matches(p: InstallationParams, words: ReadonlySet<InstallationWord>) {
  const where = expressionBuilder<Tables, 'installations' | 'apps'>()
  const differs = where.or([
    where('installations.permissions', '<>', where.ref('apps.permissions')),
    where('installations.events', '<>', where.ref('apps.events')),
  ])
  return where.and([
    where('installations.app_id', '=', p.app_id),
    ...(words.has('since') ? [where('installations.updated_at', '>', p.since)] : []),
    ...(words.has('outdated') ? [differs] : []),
  ])
}

/** Of an App: those where the viewer is at home, a member, or a collaborator of a repository it covers. */
type Viewed = { readonly app_id: number; readonly viewer_id: number }

export const installationsSeenBy = query((db, p: Viewed & Paged) =>
  installationsWithNames(db)
    .where('installations.app_id', '=', p.app_id)
    .where(isSeenBy(p.viewer_id))
    .orderBy('installations.id')
    .limit(p.limit)
    .offset(p.offset),
)

export const countInstallationsSeenBy = query((db, p: Viewed) =>
  db
    .selectFrom('installations')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('installations.app_id', '=', p.app_id)
    .where(isSeenBy(p.viewer_id)),
)

export const installationSeenBy = query((db, p: Viewed & { readonly id: number }) =>
  installationsWithNames(db)
    .where('installations.id', '=', p.id)
    .where('installations.app_id', '=', p.app_id)
    .where(isSeenBy(p.viewer_id)),
)

function isSeenBy(viewer_id: number) {
  const where = expressionBuilder<Tables, 'installations'>()
  const membership = where
    .selectFrom('memberships as own')
    .select('own.role')
    .whereRef('own.organization_id', '=', 'installations.account_id')
    .where('own.account_id', '=', viewer_id)
  const collaboration = where
    .selectFrom('repositories')
    .innerJoin('collaborators', 'collaborators.repository_id', 'repositories.id')
    .select('repositories.id')
    .where('collaborators.account_id', '=', viewer_id)
    .where(isCovered())
  return where.or([
    where('installations.account_id', '=', viewer_id),
    where.exists(membership),
    where.exists(collaboration),
  ])
}

/**
 * Narrows the repositories that an installation covers: `chosen` to those of the
 * token, `standing` to those where the viewer has a role of their own.
 */
export type CoverWord = 'chosen' | 'standing'
type CoverParams = {
  readonly installation_id: number
  readonly token_id: number
  readonly viewer_id: number
}

export const coveredRepositories = queryFor((words: ReadonlySet<CoverWord>) =>
  query((db, p: CoverParams & Paged) =>
    covered(db, p, words)
      .innerJoin('accounts', 'accounts.id', 'repositories.owner_id')
      .selectAll('repositories')
      .select([...ownerColumns, 'memberships.role', 'collaborators.permission'])
      .select(teamRank(sql`${p.viewer_id}`, sql.ref('repositories.id')).as('team_rank'))
      .orderBy('repositories.id')
      .limit(p.limit)
      .offset(p.offset),
  ),
)

export const countCoveredRepositories = queryFor((words: ReadonlySet<CoverWord>) =>
  query((db, p: CoverParams) =>
    covered(db, p, words).select(({ fn }) => fn.countAll<number>().as('count')),
  ),
)

function covered(db: Builder, p: CoverParams, words: ReadonlySet<CoverWord>) {
  const all = db
    .selectFrom('installations')
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.organization_id', '=', 'repositories.owner_id')
        .on('memberships.account_id', '=', p.viewer_id),
    )
    .leftJoin('collaborators', (join) =>
      join
        .onRef('collaborators.repository_id', '=', 'repositories.id')
        .on('collaborators.account_id', '=', p.viewer_id),
    )
    .where('installations.id', '=', p.installation_id)
    .where(isCovered())
  return all.where((where) => {
    const standing = where.or([
      where('repositories.owner_id', '=', p.viewer_id),
      where('memberships.role', 'is not', null),
      where('collaborators.permission', 'is not', null),
    ])
    return where.and([
      ...(words.has('chosen') ? [isChosenFor(p.token_id)] : []),
      ...(words.has('standing') ? [standing] : []),
    ])
  })
}

type Within = { readonly installation_id: number }

const coveredBy = (db: Builder, { installation_id }: Within) =>
  db
    .selectFrom('installations')
    .innerJoin('repositories', 'repositories.owner_id', 'installations.account_id')
    .select('repositories.id')
    .where('installations.id', '=', installation_id)
    .where(isCovered())

export const coveredByName = query((db, p: Within & { readonly name_key: string }) =>
  coveredBy(db, p).where('repositories.name_key', '=', p.name_key),
)

export const coveredById = query((db, p: Within & { readonly id: number }) =>
  coveredBy(db, p).where('repositories.id', '=', p.id),
)

const toldMax = 1000

/** As many as a webhook names: whoever needs more asks the API. */
export const coveredNames = query((db, p: Within) =>
  coveredBy(db, p)
    .select(['repositories.name', 'repositories.private'])
    .orderBy('repositories.id')
    .limit(toldMax),
)

export const insertInstallation = query(
  (db, p: Omit<InstallationRow, 'id' | 'suspended_at' | 'suspended_by_id'>) =>
    db
      .insertInto('installations')
      .values(
        columns(p, [
          'app_id',
          'account_id',
          'repository_selection',
          'permissions',
          'events',
          'created_at',
          'updated_at',
        ]),
      )
      .returning('id'),
)

type Chosen = { readonly installation_id: number; readonly repository_id: number }

export const insertChosen = query((db, p: Chosen) =>
  db
    .insertInto('installation_repositories')
    .values(columns(p, ['installation_id', 'repository_id']))
    .onConflict((conflict) => conflict.doNothing())
    .returning('repository_id'),
)

export const deleteChosen = query((db, p: Chosen) =>
  db
    .deleteFrom('installation_repositories')
    .where('installation_id', '=', p.installation_id)
    .where('repository_id', '=', p.repository_id)
    .returning('repository_id'),
)

export const countChosen = query((db, p: { installation_id: number }) =>
  db
    .selectFrom('installation_repositories')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('installation_id', '=', p.installation_id),
)

export const updateInstallation = query(
  (db, p: Pick<InstallationRow, 'id' | 'suspended_at' | 'suspended_by_id' | 'updated_at'>) =>
    db
      .updateTable('installations')
      .set(columns(p, ['suspended_at', 'suspended_by_id', 'updated_at']))
      .where('id', '=', p.id),
)

/** All of an App's. */
export const grantsOf = query((db, p: { app_id: number }) =>
  db
    .selectFrom('installations')
    .select(['id', 'permissions', 'events'])
    .where('app_id', '=', p.app_id)
    .orderBy('id'),
)

type Grants = Pick<InstallationRow, 'id' | 'permissions' | 'events' | 'updated_at'>

export const updateGrants = query((db, p: Grants) =>
  db
    .updateTable('installations')
    .set(columns(p, ['permissions', 'events', 'updated_at']))
    .where('id', '=', p.id),
)

type Selection = Pick<InstallationRow, 'id' | 'repository_selection' | 'updated_at'>

export const updateSelection = query((db, p: Selection) =>
  db
    .updateTable('installations')
    .set(columns(p, ['repository_selection', 'updated_at']))
    .where('id', '=', p.id),
)

export const deleteInstallation = query((db, p: { id: number }) =>
  db.deleteFrom('installations').where('id', '=', p.id),
)

export const deleteExpiredTokens = query((db, p: { installation_id: number; now: string }) =>
  db
    .deleteFrom('tokens')
    .where('installation_id', '=', p.installation_id)
    .where('expires_at', '<=', p.now),
)
