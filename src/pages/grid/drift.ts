import type { App } from '../../app.ts'
import { behindDefault } from '../../current/current.ts'
import type { GridRow } from '../../current/model.ts'
import { openRecent, type Recent } from '../../recent/recent.ts'
import type { Repository } from '../../repositories/model.ts'

/** Git is asked for so long; what it says later is there for the next look. */
const answersWithinMs = 300
const knownBytesMax = 4 * 1024 * 1024
const countBytes = 100

/** How many commits of the default branch each live deployment lacks, by its id, as far as git can tell in time. */
export type Drift = ReadonlyMap<number, number>

type Parts = Pick<App, 'git' | 'log'>

export async function findDrift(app: Parts, rows: readonly GridRow[]): Promise<Drift> {
  const drift = new Map<number, number>()
  const end = Promise.withResolvers<void>()
  const timer = setTimeout(end.resolve, answersWithinMs)
  await Promise.race([Promise.all(rows.map((row) => addDrift(app, row, drift))), end.promise])
  clearTimeout(timer)
  // Those who still ask go on: a page does not change while it is written.
  return new Map(drift)
}

async function addDrift(
  app: Parts,
  { repository, environments }: GridRow,
  drift: Map<number, number>,
): Promise<void> {
  const live = environments.flatMap((environment) => environment.live)
  if (live.length === 0) return
  try {
    const tip = await app.git.branch(repository.id, repository.default_branch)
    if (!tip) return
    const shas = [...new Set(live.map(({ sha }) => sha))].sort()
    const key = [repository.id, tip.sha, ...shas].join(' ')
    const counts = await countsAt(app).recall(key, () => countBehind(app, repository, shas))
    for (const { id, sha } of live) {
      const count = counts.get(sha)
      if (count !== undefined) drift.set(id, count)
    }
  } catch (error) {
    // Worth a line in the log, but not the page.
    app.log.warn({ err: error, repository_id: repository.id }, 'grid.drift_unknown')
  }
}

type Counts = ReadonlyMap<string, number>

/** One after another: another repository's turn comes between. */
async function countBehind(app: Parts, repository: Repository, shas: readonly string[]) {
  const counts = new Map<string, number>()
  for (const sha of shas) {
    const count = await behindDefault(app, repository, sha)
    if (count !== undefined) counts.set(sha, count)
  }
  return counts
}

/** What holds as long as neither the branch nor the deployments change, on each server. */
const known = new WeakMap<App['git'], Recent<Counts>>()

function countsAt({ git }: Parts): Recent<Counts> {
  const bytesOf = (counts: Counts) => countBytes * counts.size
  const counts = known.get(git) ?? openRecent<Counts>({ bytesMax: knownBytesMax, bytesOf })
  known.set(git, counts)
  return counts
}
