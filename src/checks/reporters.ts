import { findAppById } from '../apps/apps.ts'
import type { Db } from '../store/engine.ts'
import type { CheckSuiteRow } from '../tables/commits.ts'
import type { CheckSuite } from './model.ts'

/** Suites with the Apps that report them, each App looked up once. A suite goes with its App, so each is there. */
export async function withReporters(
  db: Db,
  suites: readonly CheckSuiteRow[],
): Promise<CheckSuite[]> {
  const ids = [...new Set(suites.map(({ app_id }) => app_id))]
  const found = await Promise.all(ids.map((id) => findAppById(db, id)))
  const apps = new Map(found.map((app) => [app.id, app]))
  return suites.flatMap((suite) => {
    const app = apps.get(suite.app_id)
    return app ? [{ ...suite, app }] : []
  })
}
