import type { App } from '../../app.ts'
import { environmentKeyOf } from '../../environments/model.ts'
import type { Commit, Resolved } from '../../git/model.ts'
import type { Query } from '../../store/query.ts'
import { type Ids, idsMax, idsOf } from '../../store/query.ts'
import type { Window } from './model.ts'
import {
  accountsByIds,
  countDeployments,
  countEnvironments,
  countStatuses,
  deploymentsByIds,
  deploymentsOf,
  environmentsByIds,
  environmentsOf,
  statusesByIds,
  statusesOf,
  supersededAmong,
} from './queries.ts'

export type Loaders = ReturnType<typeof openLoaders>

/**
 * What the fields of one request look for, found together: all that a level of
 * the answer asks of one kind is one query for each hundred. Nothing is kept,
 * so that what a mutation answers is what it has done.
 */
export function openLoaders({ store, git }: Pick<App, 'store' | 'git'>) {
  const { read } = store

  function one<Row extends { id: number }>(query: Query<Ids, Row>) {
    return together(async (ids: readonly number[]) => {
      const rows = new Map((await read.all(query, idsOf(ids))).map((row) => [row.id, row]))
      return (id: number): Row | undefined => rows.get(id)
    })
  }

  function many<Params extends object, Row>(
    query: Query<Ids & Params, Row>,
    params: Params,
    parentOf: (row: Row) => number,
  ) {
    return together(async (ids: readonly number[]) => {
      const rows = await read.all(query, { ...idsOf(ids), ...params })
      const byParent = Map.groupBy(rows, parentOf)
      return (id: number): Row[] => byParent.get(id) ?? []
    })
  }

  const deploymentsIn = keyed(({ window, environment }: Place & { window: Window }) => {
    const words = environment === undefined ? [] : ['environment' as const]
    const params = { ...window, ...named(environment) }
    return many(deploymentsOf([window.end, ...words]), params, (row) => row.repository_id)
  })
  const countIn = keyed(({ environment }: Place) => {
    const words = environment === undefined ? [] : ['environment' as const]
    return many(countDeployments(words), named(environment), (row) => row.id)
  })
  return {
    account: one(accountsByIds),
    deployment: one(deploymentsByIds),
    status: one(statusesByIds),
    environment: one(environmentsByIds),
    isSuperseded: one(supersededAmong),
    deploymentsIn,
    countIn,
    statuses: keyed((window: Window) =>
      many(statusesOf([window.end]), window, (row) => row.deployment_id),
    ),
    statusCount: many(countStatuses, {}, (row) => row.id),
    environments: keyed((window: Window) =>
      many(environmentsOf([window.end]), window, (row) => row.repository_id),
    ),
    environmentCount: many(countEnvironments, {}, (row) => row.id),
    /** Of a repository, by whatever name. */
    refs: keyed((repositoryId: number) =>
      together(async (names: readonly string[]) => {
        const found = names.map(async (name) => await git.resolve(repositoryId, name))
        const refs = new Map((await Promise.all(found)).map((ref, n) => [names[n] ?? '', ref]))
        return (name: string): Resolved | undefined => refs.get(name)
      }),
    ),
    /** Of a repository, by sha. */
    commits: keyed((repositoryId: number) =>
      together(async (shas: readonly string[]) => {
        const found = await git.commits(repositoryId, shas)
        const commits = new Map(found.map((commit) => [commit.sha, commit]))
        return (sha: string): Commit | undefined => commits.get(sha)
      }),
    ),
  }
}

/** Where a list of deployments is from; without an environment, all of them. */
type Place = { readonly environment?: string | undefined }

const named = (environment = '') => ({
  environment,
  environment_key: environmentKeyOf(environment),
})

type Find<Key, Value> = (key: Key) => Promise<Value>

/** Waits until nobody can ask for another key without an answer, then finds all of them at once. */
function together<Key, Value>(
  find: (keys: readonly Key[]) => Promise<(key: Key) => Value>,
): Find<Key, Value> {
  let waiting: { readonly keys: Set<Key>; readonly found: Promise<Find<Key, Value>> } | undefined

  function open() {
    const keys = new Set<Key>()
    const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
      waiting = undefined
      return findInParts(keys)
    })
    return { keys, found }
  }

  async function findInParts(keys: ReadonlySet<Key>): Promise<Find<Key, Value>> {
    const parts = new Map<Key, (key: Key) => Value>()
    const all = [...keys]
    for (let at = 0; at < all.length; at += idsMax) {
      const part = all.slice(at, at + idsMax)
      const answer = await find(part)
      for (const key of part) parts.set(key, answer)
    }
    return async (key) => {
      const answer = parts.get(key)
      if (!answer) throw new Error('A key was not looked for')
      return answer(key)
    }
  }

  return async (key) => {
    waiting ??= open()
    waiting.keys.add(key)
    const found = await waiting.found
    return await found(key)
  }
}

/** One for each way of asking. */
function keyed<How, Made>(make: (how: How) => Made): (how: How) => Made {
  const made = new Map<string, Made>()
  return (how) => {
    const key = JSON.stringify(how)
    const known = made.get(key) ?? make(how)
    made.set(key, known)
    return known
  }
}
