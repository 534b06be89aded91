import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import type { GitHubApp, Owner } from '../apps/model.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { type Db, Duplicate } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { Installation } from './model.ts'
import {
  countChosen,
  deleteChosen,
  deleteInstallation,
  insertChosen,
  insertInstallation,
  installationById,
  installationFor,
  installationOn,
  updateInstallation,
} from './queries.ts'

export function withNames(joined: RowOf<typeof installationById>): Installation {
  const { account_login, account_type, account_site_admin, ...rest } = joined
  const { suspender_login, suspender_type, suspender_site_admin, ...row } = rest
  const account = {
    id: row.account_id,
    login: account_login,
    type: account_type,
    site_admin: account_site_admin,
  }
  return { ...row, account, suspender: suspenderIn(joined) }
}

function suspenderIn(row: RowOf<typeof installationById>): Owner | null {
  const { suspended_by_id: id, suspender_login: login, suspender_type: type } = row
  if (id === null || login === null || type === null) return null
  return { id, login, type, site_admin: row.suspender_site_admin ?? 0 }
}

/** Throws `not_found`, for one of another App as well. */
export async function findInstallation(
  db: Db,
  app: { readonly id: number },
  id: number,
): Promise<Installation> {
  const row = await db.first(installationById, { id })
  if (row?.app_id !== app.id) throw notFound()
  return withNames(row)
}

/** Throws `not_found`. */
export async function findInstallationOn(
  db: Db,
  app: { readonly id: number },
  account: { readonly id: number },
): Promise<Installation> {
  const row = await db.first(installationOn, { app_id: app.id, account_id: account.id })
  if (!row) throw notFound()
  return withNames(row)
}

/** The one that covers this repository. Throws `not_found`. */
export async function findInstallationFor(
  db: Db,
  app: { readonly id: number },
  repository: Repository,
): Promise<Installation> {
  const row = await db.first(installationFor, { app_id: app.id, repository_id: repository.id })
  if (!row) throw notFound()
  return withNames(row)
}

type Place = {
  readonly account: Account
  /** All there are and will be, or these. */
  readonly repositories: readonly Repository[] | 'all'
}

/** Grants the App what it asks for. Throws `invalid` for where it may not be, `conflict` for where it is already. */
export async function installApp(
  app: Pick<App, 'store' | 'now'>,
  { id: app_id, slug, ...of }: GitHubApp,
  { account, repositories }: Place,
): Promise<Installation> {
  if (of.public === 0 && of.owner_id !== account.id) {
    throw new Problem('invalid', `${slug} is not public: only ${of.owner.login} may install it`)
  }
  const now = app.now().toISOString()
  const wanted = {
    app_id,
    account_id: account.id,
    repository_selection: repositories === 'all' ? repositories : 'selected',
    permissions: of.permissions,
    events: of.events,
    created_at: now,
    updated_at: now,
  } as const
  try {
    await app.store.transaction(async (tx) => {
      const row = await tx.first(insertInstallation, wanted)
      if (!row) throw new Error('The new installation was not returned')
      for (const { id } of repositories === 'all' ? [] : repositories) {
        await tx.all(insertChosen, { installation_id: row.id, repository_id: id })
      }
    })
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw new Problem('conflict', `${slug} is installed on ${account.login} already`)
  }
  return await findInstallationOn(app.store.read, { id: app_id }, account)
}

/** Its tokens go with it. */
export async function removeInstallation(
  app: Pick<App, 'store'>,
  { id }: Installation,
): Promise<void> {
  await app.store.transaction((tx) => tx.all(deleteInstallation, { id }))
}

/** From now on its tokens open nothing, until it is resumed. */
export const suspendInstallation = (
  app: Pick<App, 'store' | 'now'>,
  { id }: Installation,
  by: { readonly id: number },
): Promise<void> =>
  writeSuspension(app, {
    id,
    suspended_at: app.now().toISOString(),
    suspended_by_id: by.id,
  })

export const resumeInstallation = (
  app: Pick<App, 'store' | 'now'>,
  { id }: Installation,
): Promise<void> => writeSuspension(app, { id, suspended_at: null, suspended_by_id: null })

async function writeSuspension(
  app: Pick<App, 'store' | 'now'>,
  suspension: Pick<Installation, 'id' | 'suspended_at' | 'suspended_by_id'>,
): Promise<void> {
  const updated_at = app.now().toISOString()
  await app.store.transaction((tx) => tx.all(updateInstallation, { ...suspension, updated_at }))
}

/** One for all repositories has this one already. */
export async function addRepository(
  app: Pick<App, 'store'>,
  { id: installation_id, repository_selection }: Installation,
  { id: repository_id }: Repository,
): Promise<void> {
  if (repository_selection === 'all') return
  await app.store.transaction((tx) => tx.all(insertChosen, { installation_id, repository_id }))
}

/** Throws `invalid` where it is for all repositories, and for the last one it has. */
export async function removeRepository(
  app: Pick<App, 'store'>,
  { id: installation_id, repository_selection }: Installation,
  { id: repository_id }: Repository,
): Promise<void> {
  if (repository_selection === 'all') {
    throw new Problem('invalid', 'The installation is for all repositories of its account.')
  }
  await app.store.transaction(async (tx) => {
    await tx.all(deleteChosen, { installation_id, repository_id })
    const left = await tx.first(countChosen, { installation_id })
    if (left?.count === 0) {
      throw new Problem('invalid', 'The last repository of an installation cannot be removed.')
    }
  })
}
