import { performerIn } from '../apps/model.ts'
import { notFound } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { AccountRow } from '../tables/accounts.ts'
import type { Creator, Deployment } from './model.ts'
import { deploymentById } from './queries.ts'

/** Throws `not_found`. */
export async function findDeployment(
  db: Db,
  repositoryId: number,
  id: number,
): Promise<Deployment> {
  const row = await db.first(deploymentById, { repository_id: repositoryId, id })
  if (!row) throw notFound()
  return deploymentIn(row)
}

const deploymentIn = onceFor((row: RowOf<typeof deploymentById>): Deployment => withCreator(row))

/** What happens to one deployment reaches each hook in the order it happened. */
export const orderingKeyOf = (deploymentId: number): string => `deployment:${deploymentId}`

type JoinedCreator = {
  readonly creator_id: number | null
  readonly creator_login: AccountRow['login'] | null
  readonly creator_type: AccountRow['type'] | null
  readonly creator_site_admin: AccountRow['site_admin'] | null
}

type Joined = Parameters<typeof performerIn>[0] & JoinedCreator

/** The row with its creator in one piece, null once the account is gone, and the App it came through. */
export function withCreator<Row extends Joined>(joined: Row) {
  const { creator_login, creator_type, creator_site_admin, ...row } = joined
  return { ...row, creator: creatorIn(joined), performer: performerIn(joined) }
}

/** Null once the account is gone. */
export function creatorIn(row: JoinedCreator): Creator {
  const { creator_id, creator_login, creator_type, creator_site_admin } = row
  if (creator_id === null || creator_login === null) return null
  if (creator_type === null || creator_site_admin === null) return null
  return {
    id: creator_id,
    login: creator_login,
    type: creator_type,
    site_admin: creator_site_admin,
  }
}
