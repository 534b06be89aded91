import { botLoginOf } from '../accounts/accounts.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { notFound } from '../lib/problem.ts'
import { Duplicate, type Tx } from '../store/engine.ts'
import { columnsOf, lineOf, type Registration, refuseFaults, taken } from './apps.ts'
import type { GitHubApp } from './model.ts'
import { deleteAppRow, deleteBot, renameBot, updateApp } from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/**
 * What the App is from now on; by another name it and its bot have another address as well. `complete`
 * sees to wherever it is installed, in the same transaction. Throws as `registerApp`.
 */
export async function changeApp(
  app: Changing,
  before: GitHubApp,
  registration: Registration,
  complete: (tx: Tx, after: GitHubApp) => Promise<void>,
): Promise<GitHubApp> {
  refuseFaults(registration)
  const change = { ...columnsOf(registration), updated_at: app.now().toISOString() }
  try {
    return await app.store.transaction(async (tx) => {
      const row = await tx.first(updateApp, { ...change, id: before.id })
      if (!row) throw notFound()
      const login = botLoginOf(row.slug)
      await tx.all(renameBot, { id: row.bot_id, login, login_key: login })
      const after = { ...row, owner: before.owner }
      await complete(tx, after)
      await recordAudit(app, tx, { ...lineOf(before, 'update'), ...differenceOf(before, after) })
      return after
    })
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error
    throw taken(registration.name)
  }
}

const told = ['name', 'external_url', 'callback_urls', 'public', 'permissions', 'events'] as const

/** What the audit log says of a change. */
function differenceOf(before: GitHubApp, after: GitHubApp) {
  const changed = told.filter((name) => before[name] !== after[name])
  const of = (one: GitHubApp) => Object.fromEntries(changed.map((name) => [name, one[name]]))
  return { before: of(before), after: of(after) }
}

/** Its keys, its installations and their tokens go with it, and so does its bot: what that did stays, nameless. */
export async function deleteApp(app: Changing, of: GitHubApp): Promise<void> {
  await app.store.transaction(async (tx) => {
    await tx.all(deleteAppRow, { id: of.id })
    await tx.all(deleteBot, { id: of.bot_id })
    await recordAudit(app, tx, lineOf(of, 'delete'))
  })
}
