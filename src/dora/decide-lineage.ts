import type { Graph, Step, Success } from './model.ts'

/**
 * What each success of an environment brought, and whether it went back. `successes` in the
 * order of their success; of the first nobody knows what was there before.
 */
export function decideLineage(successes: readonly Success[], graph: Graph): Step[] {
  const seen = new Set<string>()
  const lastByTarget = new Map<string, Success>()
  return successes.map((deployment, n) => {
    const previous = lastByTarget.get(deployment.target)
    lastByTarget.set(deployment.target, deployment)
    // What none before it had, the one before it had not either: seldom is there more to ask.
    const isNew = graph.commits.has(deployment.sha) && !seen.has(deployment.sha)
    const goesBack = previous && !isNew ? findReturn(deployment, previous, graph) : false
    const brought = takeNew(deployment, seen, graph)
    const between = [successes[n - 1], deployment]
    const isKnown = between.every((one) => one && graph.present.has(one.sha))
    const isRollback = deployment.task === 'rollback'
    const leadTimes = isRollback ? [] : isKnown ? brought : undefined
    return { deployment, previous, goesBack, leadTimes }
  })
}

/** Whether `previous` has a commit and more. What lies before the graph is older than all in it. */
function findReturn({ sha }: Success, previous: Success, graph: Graph): boolean | undefined {
  if (sha === previous.sha) return false
  if (!graph.present.has(sha) || !graph.present.has(previous.sha)) return undefined
  if (!graph.commits.has(sha)) return graph.isCut ? undefined : true
  return isReached(sha, previous.sha, graph)
}

function isReached(sha: string, from: string, { commits }: Graph): boolean {
  const reached = new Set([from])
  for (const one of reached) {
    if (one === sha) return true
    for (const parent of commits.get(one)?.parents ?? []) reached.add(parent)
  }
  return false
}

/** Marks as seen what a deployment has; undefined where its history ends before what was there. */
function takeNew(
  { sha, successAt }: Success,
  seen: Set<string>,
  { commits, isCut }: Graph,
): number[] | undefined {
  const leadTimes: number[] = []
  const waiting = [sha]
  let isWhole = true
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (seen.has(one)) continue
    const commit = commits.get(one)
    if (!commit) isWhole &&= !isCut
    if (!commit) continue
    seen.add(one)
    // Clocks differ: nothing is deployed before it is made.
    leadTimes.push(Math.max(0, successAt - commit.committedAt))
    waiting.push(...commit.parents)
  }
  return isWhole ? leadTimes : undefined
}
