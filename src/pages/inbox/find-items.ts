import type { App } from '../../app.ts'
import { creatorIn } from '../../deployments/find-deployment.ts'
import type { RowOf } from '../../store/query.ts'
import { gatesLeft } from './gates-left.ts'
import type { Item } from './model.ts'
import { waitingFor } from './queries.ts'

/** Who waits longer than so many others is seen once those were answered. */
export const itemsMax = 100
/** Of so many it is looked up what they bring: git is asked once for each pair of commits, ever. */
const describedMax = 20
export const commitsMax = 10

/** What waits, first for the viewer and then for others, each with what it brings. By one query. */
export async function findItems(app: App, viewer_id: number): Promise<Item[]> {
  const rows = await app.store.read.all(waitingFor, { viewer_id, limit: itemsMax })
  const items = rows.map((row) => itemIn(row, app.now()))
  return await Promise.all(
    items.map(async (item, position) =>
      position < describedMax ? { ...item, commits: await findCommits(app, item) } : item,
    ),
  )
}

async function findCommits({ git }: App, { repository_id, sha, live }: Item) {
  if (!live) return undefined
  return await git.missing(repository_id, { base: live.sha, head: sha }, commitsMax + 1)
}

function itemIn(row: RowOf<typeof waitingFor>, now: Date): Item {
  const { lock_login, lock_reason, lock_expires_at, live_id, live_sha } = row
  const lock =
    lock_reason === null
      ? null
      : { by: lock_login ?? 'somebody who is gone', reason: lock_reason, until: lock_expires_at }
  return {
    ...{ id: row.id, repository_id: row.repository_id, ref: row.ref, sha: row.sha },
    ...{ task: row.task, environment: row.environment, description: row.description },
    ...{ owner: row.owner_login, repository: row.repository_name, heldAt: row.held_at },
    creator: creatorIn(row),
    asksViewer: row.asks_viewer === 1,
    gates: gatesLeft({ said: row.said ?? '', lock }, now),
    live: live_id === null || live_sha === null ? null : { id: live_id, sha: live_sha },
    commits: undefined,
  }
}
