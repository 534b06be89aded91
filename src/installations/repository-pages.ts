import type { Permissions } from '../auth/permissions.ts'
import type { Page } from '../http/page.ts'
import type { Urls } from '../lib/urls.ts'
import { permissionOf, permissionOfApp } from '../repositories/model.ts'
import { listedRepository, permissionsOf } from '../repositories/payload.ts'
import { withOwner } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { type CoverWord, countCoveredRepositories, coveredRepositories } from './queries.ts'

type Asked = {
  readonly words: readonly CoverWord[]
  readonly installation_id: number
  readonly token_id: number
  readonly viewer_id: number
  readonly page: Pick<Page, 'limit' | 'offset'>
  /** What the App itself may do; without it, what the viewer may. */
  readonly permissions?: Permissions
}

/** Of the repositories that an installation covers, and how many there are. */
export async function findCoveredPage(db: Db, asked: Asked, urls: Urls) {
  const { words, page, permissions, ...params } = asked
  const [rows, counted] = await Promise.all([
    db.all(coveredRepositories(words), { ...params, ...page }),
    db.first(countCoveredRepositories(words), params),
  ])
  const repositories = rows.map(({ role, permission, team_rank, ...joined }) => {
    const isOwner = joined.owner_id === params.viewer_id
    const own = permissions
      ? permissionOfApp(permissions)
      : permissionOf({ isOwner, role, permission, team_rank })
    return listedRepository(withOwner(joined), urls, permissionsOf(own))
  })
  return { repositories, total: counted?.count ?? 0 }
}
