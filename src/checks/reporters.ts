import { findAccountById } from '../accounts/accounts.ts'
import type { Db } from '../store/engine.ts'
import type { CheckSuiteRow } from '../store/tables.ts'
import type { CheckSuite, Reporter } from './model.ts'
import { appWithOwner } from './queries.ts'

/** Suites with the Apps that report them, each App looked up once. */
export async function withReporters(
  db: Db,
  suites: readonly CheckSuiteRow[],
): Promise<CheckSuite[]> {
  const ids = [...new Set(suites.map(({ app_id }) => app_id))]
  const reporters = new Map(
    await Promise.all(ids.map(async (id) => [id, await findReporter(db, id)] as const)),
  )
  return suites.map((suite) => {
    const reporter = reporters.get(suite.app_id)
    if (!reporter) throw new Error(`The App ${suite.app_id} of a check suite is gone`)
    return { ...suite, ...reporter }
  })
}

/** A suite goes with its App, so the App of a suite is there. */
export async function findReporter(db: Db, appId: number): Promise<Reporter> {
  const app = await db.first(appWithOwner, { id: appId })
  const app_owner = app && (await findAccountById(db, app.owner_id))
  if (!app || !app_owner) throw new Error(`There is no App ${appId}`)
  return { app, app_owner }
}
