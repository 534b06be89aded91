import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { findGrantAtAccount } from '../auth/grants.ts'
import type { Actor } from '../auth/model.ts'
import { isReached } from '../auth/permissions.ts'
import type { Deployment } from '../deployments/model.ts'
import { findEnvironment } from '../environments/environments.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { countRepositories, findRepositories } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { idsOf } from '../store/query.ts'
import type { Current, GridRow } from './model.ts'
import {
  picksOfEnvironment,
  picksOfRepositories,
  placeOfEnvironment,
  placesOfRepositories,
  previousOf,
} from './queries.ts'
import { currentsOf } from './standings.ts'

type Now = Pick<App, 'now'>

/** What is live in an environment, and what is on its way there. Throws `not_found`. */
export async function findCurrent(
  app: Now,
  db: Db,
  repository: Pick<Repository, 'id'>,
  name: string,
): Promise<Current> {
  const { id: environment_id } = await findEnvironment(db, repository.id, name)
  const [places, picks] = await Promise.all([
    db.all(placeOfEnvironment, { environment_id }),
    db.all(picksOfEnvironment, { environment_id }),
  ])
  const [current] = currentsOf(app.now(), places, picks)
  // Deleted since it was found.
  if (!current) throw notFound()
  return current
}

/** The same for every environment of up to a hundred repositories, by two queries. */
export async function findRows(
  app: Now,
  db: Db,
  repositories: readonly Repository[],
): Promise<GridRow[]> {
  const ids = idsOf(repositories.map(({ id }) => id))
  const [places, picks] = await Promise.all([
    db.all(placesOfRepositories, ids),
    db.all(picksOfRepositories, ids),
  ])
  const placesById = Map.groupBy(places, ({ repository_id }) => repository_id)
  const picksById = Map.groupBy(picks, ({ repository_id }) => repository_id)
  return repositories.map((repository) => {
    const { id } = repository
    const environments = currentsOf(app.now(), placesById.get(id) ?? [], picksById.get(id) ?? [])
    return { repository, environments }
  })
}

/** What was live before a deployment: the newest earlier success of another commit. */
export const findPrevious = (db: Db, deployment: Deployment) => db.first(previousOf, deployment)

type Asked = { readonly owner: Account; readonly limit: number; readonly offset: number }

/**
 * A page of an owner's repositories by name, a hundred at most, with how each environment
 * stands: as far as the caller may read their deployments. So many queries, whatever there is.
 */
export async function findGrid(
  app: Pick<App, 'now' | 'store'>,
  actor: Actor,
  { owner, limit, offset }: Asked,
): Promise<{ rows: GridRow[]; total: number }> {
  const { read } = app.store
  const viewer = viewerOf(actor)
  const words = await wordsFor(read, viewer, owner)
  const listed = { subject_id: owner.id, since: '', before: '', limit, offset }
  const [found, total] = await Promise.all([
    findRepositories(read, viewer, words, listed),
    countRepositories(read, viewer, words, listed),
  ])
  const repositories = found.map(({ repository }) => repository)
  return { rows: await findRows(app, read, repositories), total }
}

/** What lists of repositories ask `repo` for, deployments ask `repo_deployment` for (contract 7.2). */
function viewerOf(actor: Actor): Actor {
  if (actor.kind !== 'user' || !actor.scopes.has('repo_deployment')) return actor
  return { ...actor, scopes: new Set([...actor.scopes, 'repo']) }
}

type Words = Parameters<typeof findRepositories>[2]

async function wordsFor(db: Db, actor: Actor, owner: Account): Promise<Words> {
  const words: Words = ['owned', 'visible', 'full_name']
  if (actor.kind !== 'user') return words
  const grant = await findGrantAtAccount(db, actor, owner.id)
  const sees = !grant || isReached(grant.permissions ?? {}, 'deployments=read')
  return sees ? words : [...words, 'public']
}

/**
 * How many commits of the default branch a commit lacks. Undefined where nobody can say: no such
 * commit or branch, or a history that git is too slow for. What git said of two commits it is
 * not asked again.
 */
export async function behindDefault(
  { git }: Pick<App, 'git'>,
  { id, default_branch }: Pick<Repository, 'id' | 'default_branch'>,
  sha: string,
): Promise<number | undefined> {
  const tip = await git.branch(id, default_branch)
  if (!tip || (await git.objectType(id, sha)) !== 'commit') return undefined
  const distance = await git.aheadBehind(id, { base: tip.sha, head: sha }).catch(undefinedIfSlow)
  return distance?.behindBy
}

function undefinedIfSlow(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'unavailable') return undefined
  throw error
}
