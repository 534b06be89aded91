import type { App } from '../app.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { findRows } from './current.ts'
import type { Standing } from './model.ts'
import { succeededOf } from './queries.ts'

/** An environment that a commit has reached. */
export type Reached = {
  readonly environment: string
  /** What is live there and has the commit: nothing, where it has been taken out again. */
  readonly live: readonly Standing[]
  /** What brought it, of the repository's newest thousand; null where that lies further back. */
  readonly first: Brought | null
}

type Brought = Pick<Standing, 'id' | 'sha' | 'ref' | 'environment' | 'target' | 'created_at'>

export type Where = {
  readonly sha: string
  readonly reached: readonly Reached[]
}

/**
 * Which environments have a commit, or once had it, by the commit graph. `ref` may be a branch
 * or a tag as well. Throws `invalid` where it names none, `unavailable` when git is too slow.
 */
export async function findWhere(
  app: Pick<App, 'now' | 'store' | 'git'>,
  repository: Repository,
  ref: string,
): Promise<Where> {
  const { git, store } = app
  const resolved = await git.resolve(repository.id, ref)
  if (!resolved) throw new Problem('invalid', `No commit found for SHA: ${ref}`)
  const [history, [row]] = await Promise.all([
    store.read.all(succeededOf, { repository_id: repository.id }),
    findRows(app, store.read, [repository]),
  ])
  const live = (row?.environments ?? []).flatMap((one) => one.live)
  const shas = [...new Set([...live, ...history].map(({ sha }) => sha))]
  const having = new Set(await git.containing(repository.id, resolved.sha, shas))
  const has = ({ sha }: { sha: string }) => having.has(sha)
  return { sha: resolved.sha, reached: reachedOf(live.filter(has), history.filter(has)) }
}

/** `history` newest first. Environments in the order in which they were reached. */
function reachedOf(live: readonly Standing[], history: readonly Brought[]): Reached[] {
  const keyOf = ({ environment }: Brought) => environmentKeyOf(environment)
  const liveByKey = Map.groupBy(live, keyOf)
  const byKey = Map.groupBy([...history.toReversed(), ...live], keyOf)
  return [...byKey].map(([key, brought]) => ({
    environment: brought[0]?.environment ?? key,
    live: liveByKey.get(key) ?? [],
    first: history.findLast((one) => keyOf(one) === key) ?? null,
  }))
}
