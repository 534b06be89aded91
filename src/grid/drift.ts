import { setTimeout } from 'node:timers/promises'
import type { App } from '../app.ts'
import { behindDefault } from '../current/current.ts'
import type { GridRow } from '../current/model.ts'

/** Git is asked for so long; what it says later is there for the next look. */
const answersWithinMs = 300

/** How many commits of the default branch each live deployment lacks, by its id, as far as git can tell in time. */
export type Drift = ReadonlyMap<number, number>

export async function findDrift(
  app: Pick<App, 'git' | 'log'>,
  rows: readonly GridRow[],
): Promise<Drift> {
  const known = new Map<number, number>()
  const inTime = new AbortController()
  const asked = rows.map((row) => askOf(app, row, known))
  const end = setTimeout(answersWithinMs, undefined, { signal: inTime.signal }).catch(
    () => undefined,
  )
  await Promise.race([Promise.all(asked), end])
  inTime.abort()
  // Those who asked go on: a page does not change while it is written.
  return new Map(known)
}

/** One repository's, one after another: another's turn comes between. */
async function askOf(
  app: Pick<App, 'git' | 'log'>,
  { repository, environments }: GridRow,
  known: Map<number, number>,
): Promise<void> {
  try {
    for (const { id, sha } of environments.flatMap(({ live }) => live)) {
      const behind = await behindDefault(app, repository, sha)
      if (behind !== undefined) known.set(id, behind)
    }
  } catch (error) {
    // Worth a line in the log, but not the page.
    app.log.warn({ err: error, repository_id: repository.id }, 'grid.drift_unknown')
  }
}
