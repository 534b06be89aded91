import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import type { GitHubApp, Owner } from '../apps/model.ts'
import { recordAudit } from '../audit/audit.ts'
import { isWithin, permissionsIn, sharedPermissions } from '../auth/permissions.ts'
import { wakeHolds } from '../holds/holds.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { Installation } from './model.ts'
import {
  countChosen,
  coveredNames,
  deleteChosen,
  deleteInstallation,
  grantsOf,
  insertChosen,
  insertInstallation,
  installationById,
  installationFor,
  installationOn,
  updateGrants,
  updateInstallation,
  updateSelection,
} from './queries.ts'
import { recordInstallation, recordSelection } from './record-change.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'urls' | 'who'>

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

/**
 * Grants the App what it asks for, and tells it so. Throws `invalid` for where it may
 * not be, `conflict` for where it is already.
 */
export async function installApp(
  app: Changing,
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
    return await change(app, wanted, async (tx) => {
      const row = await tx.first(insertInstallation, wanted)
      if (!row) throw new Error('The new installation was not returned')
      for (const { id } of repositories === 'all' ? [] : repositories) {
        await tx.all(insertChosen, { installation_id: row.id, repository_id: id })
      }
      const made = await findInstallation(tx, { id: app_id }, row.id)
      await recordInstallation(app, tx, made, { action: 'created', sender: account })
      const { permissions, repository_selection } = made
      const line = { ...lineOf(made, 'install'), subject: `App ${slug}` }
      await recordAudit(app, tx, { ...line, after: { permissions, repository_selection } })
      return made
    })
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw new Problem('conflict', `${slug} is installed on ${account.login} already`)
  }
}

/** Its tokens go with it. */
export const removeInstallation = (
  app: Changing,
  installation: Installation,
  sender: Owner,
): Promise<void> =>
  change(app, installation, async (tx) => {
    await recordInstallation(app, tx, installation, { action: 'deleted', sender })
    await tx.all(deleteInstallation, { id: installation.id })
    await recordAudit(app, tx, lineOf(installation, 'uninstall'))
  })

/** From now on its tokens open nothing, until it is resumed. */
export async function suspendInstallation(
  app: Changing,
  { id, ...before }: Installation,
  sender: Owner,
): Promise<void> {
  if (before.suspended_at !== null) return
  const now = app.now().toISOString()
  const suspension = { id, suspended_at: now, suspended_by_id: sender.id, updated_at: now }
  await change(app, before, async (tx) => {
    await tx.all(updateInstallation, suspension)
    const after = await findInstallation(tx, { id: before.app_id }, id)
    await recordInstallation(app, tx, after, { action: 'suspend', sender })
    await recordAudit(app, tx, lineOf(after, 'suspend'))
  })
}

export async function resumeInstallation(
  app: Changing,
  { id, ...before }: Installation,
  sender: Owner,
): Promise<void> {
  if (before.suspended_at === null) return
  const updated_at = app.now().toISOString()
  await change(app, before, async (tx) => {
    await tx.all(updateInstallation, { id, suspended_at: null, suspended_by_id: null, updated_at })
    const after = await findInstallation(tx, { id: before.app_id }, id)
    await recordInstallation(app, tx, after, { action: 'unsuspend', sender })
    await recordAudit(app, tx, lineOf(after, 'unsuspend'))
  })
}

/** One for all repositories has this one already. */
export async function addRepository(
  app: Changing,
  installation: Installation,
  repository: Repository,
  sender: Owner,
): Promise<void> {
  if (installation.repository_selection === 'all') return
  const chosen = { installation_id: installation.id, repository_id: repository.id }
  await change(app, installation, async (tx) => {
    if (!(await tx.first(insertChosen, chosen))) return
    await recordSelection(app, tx, installation, { action: 'added', repository, sender })
    const line = lineOf(installation, 'add_repository')
    await recordAudit(app, tx, { ...line, repository_id: repository.id })
  })
}

/** Throws `invalid` where it is for all repositories, and for the last one it has. */
export async function removeRepository(
  app: Changing,
  installation: Installation,
  repository: Repository,
  sender: Owner,
): Promise<void> {
  if (installation.repository_selection === 'all') {
    throw new Problem('invalid', 'The installation is for all repositories of its account.')
  }
  const { id: installation_id } = installation
  await change(app, installation, async (tx) => {
    if (!(await tx.first(deleteChosen, { installation_id, repository_id: repository.id }))) return
    const left = await tx.first(countChosen, { installation_id })
    if (left?.count === 0) {
      throw new Problem('invalid', 'The last repository of an installation cannot be removed.')
    }
    await recordSelection(app, tx, installation, { action: 'removed', repository, sender })
    const line = lineOf(installation, 'remove_repository')
    await recordAudit(app, tx, { ...line, repository_id: repository.id })
  })
}

/**
 * What an App asks for no more it has nowhere from now on, and it hears what it wants to hear. What it asks for
 * beyond that it gets where somebody accepts it. Inside the transaction that changes the App.
 */
export async function narrowInstallations(
  { now }: Pick<App, 'now'>,
  tx: Tx,
  { id: app_id, permissions, events }: GitHubApp,
): Promise<void> {
  const updated_at = now().toISOString()
  const asked = permissionsIn(permissions)
  for (const granted of await tx.all(grantsOf, { app_id })) {
    const left = JSON.stringify(sharedPermissions(permissionsIn(granted.permissions), asked))
    // Written alike where it is all that is asked for: then nobody has anything to accept.
    const kept = isWithin(asked, permissionsIn(left)) ? permissions : left
    if (kept === granted.permissions && events === granted.events) continue
    await tx.all(updateGrants, { id: granted.id, permissions: kept, events, updated_at })
  }
}

/** What the App asks for now it has here from now on, and is told so. */
export async function acceptPermissions(
  app: Changing,
  before: Installation,
  { permissions, events }: GitHubApp,
  sender: Owner,
): Promise<void> {
  const updated_at = app.now().toISOString()
  await change(app, before, async (tx) => {
    await tx.all(updateGrants, { id: before.id, permissions, events, updated_at })
    const after = await findInstallation(tx, { id: before.app_id }, before.id)
    await recordInstallation(app, tx, after, { action: 'new_permissions_accepted', sender })
    const line = lineOf(before, 'accept_permissions')
    const told = { before: { permissions: before.permissions }, after: { permissions } }
    await recordAudit(app, tx, { ...line, ...told })
  })
}

/** How the audit log names an installation. */
const lineOf = ({ id, account_id }: Pick<Installation, 'id' | 'account_id'>, verb: string) => ({
  action: `app.${verb}`,
  owner_id: account_id,
  subject: `installation ${id}`,
})

/**
 * For these repositories from now on, or for all there are and will be; the App is told of each that comes
 * or goes. Throws `invalid` for none.
 */
export async function changeSelection(
  app: Changing,
  installation: Installation,
  {
    repositories,
    all,
  }: { repositories: readonly Repository[] | 'all'; all: readonly Repository[] },
  sender: Owner,
): Promise<void> {
  if (repositories.length === 0)
    throw new Problem('invalid', 'Choose a repository, or uninstall it')
  const repository_selection = repositories === 'all' ? 'all' : 'selected'
  const wanted = repositories === 'all' ? all : repositories
  const after = { ...installation, repository_selection } as const
  const updated_at = app.now().toISOString()
  const { id: installation_id } = installation
  await change(app, installation, async (tx) => {
    const rows = await tx.all(coveredNames, { installation_id })
    const before = new Set(rows.map(({ id }) => id))
    await tx.all(updateSelection, { id: installation_id, repository_selection, updated_at })
    for (const repository of all) {
      const ids = { installation_id, repository_id: repository.id }
      const isWanted = wanted.some(({ id }) => id === repository.id)
      await tx.all(isWanted && repositories !== 'all' ? insertChosen : deleteChosen, ids)
      if (isWanted === before.has(repository.id)) continue
      const action = isWanted ? 'added' : 'removed'
      await recordSelection(app, tx, after, { action, repository, sender })
    }
    const line = { ...lineOf(after, 'select_repositories'), after: { repository_selection } }
    await recordAudit(app, tx, line)
  })
}

/** One after another for an account, whose number is none of a repository's: its events have an order. */
const change = <T>(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { account_id, app_id }: Pick<Installation, 'account_id' | 'app_id'>,
  body: (tx: Tx) => Promise<T>,
): Promise<T> =>
  app.store.transaction(async (tx) => {
    const changed = await body(tx)
    // What waits for its word may wait for nobody now, and is to say so.
    await wakeHolds(app, tx, { app_id, account_id })
    return changed
  }, -account_id)
