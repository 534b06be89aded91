import { creatorIn } from '../deployments/find-deployment.ts'
import type { RowOf } from '../store/query.ts'
import type { Current, Lock, Standing } from './model.ts'
import type { picksOfRepositories, placesOfRepositories } from './queries.ts'

type Place = RowOf<typeof placesOfRepositories>
type Picked = RowOf<typeof picksOfRepositories>

/** Each environment with the deployments that were picked for it. */
export function currentsOf(
  now: Date,
  places: readonly Place[],
  picks: readonly Picked[],
): Current[] {
  const byEnvironment = Map.groupBy(picks, ({ environment_id }) => environment_id)
  return places.map((place) => {
    const picked = byEnvironment.get(place.id) ?? []
    const all = (pick: Picked['pick']) => picked.filter((row) => row.pick === pick).map(standingOf)
    const one = (pick: Picked['pick']) => all(pick)[0] ?? null
    return {
      ...{ environment_id: place.id, name: place.name },
      ...{ live: all('live'), latest: one('latest') },
      ...{ in_progress: one('in_progress'), waiting: one('waiting') },
      ...{ waiting_count: place.waiting ?? 0, lock: lockIn(place, now) },
    }
  })
}

function standingOf(row: Picked): Standing {
  const { said, environment_url, log_url } = row
  return {
    ...{ id: row.id, repository_id: row.repository_id, sha: row.sha, ref: row.ref },
    ...{ task: row.task, target: row.target, state: row.state, environment: row.environment },
    ...{ created_at: row.created_at, updated_at: row.updated_at },
    creator: creatorIn(row),
    ...{ said: said ?? '', environment_url: environment_url ?? '', log_url: log_url ?? '' },
  }
}

function lockIn(place: Place, now: Date): Lock | null {
  const { lock_reason: reason, lock_created_at: created_at, lock_expires_at: expires_at } = place
  if (reason === null || created_at === null) return null
  if (expires_at !== null && expires_at <= now.toISOString()) return null
  return { login: place.lock_login, reason, created_at, expires_at }
}
