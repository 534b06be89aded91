import { matchesAny } from '../lib/glob.ts'
import type { DeploymentFacts, HookFilter } from './model.ts'

/** Whether a hook is to hear of it: filters narrow what is about deployments, and nothing else. */
export function isHeard(filter: HookFilter, facts: DeploymentFacts | undefined): boolean {
  if (!facts) return true
  const { environments, tasks, states, production_only } = filter
  const { environment, task, state, isProduction } = facts
  return (
    (environments.length === 0 || matchesAny(environments, environment)) &&
    (tasks.length === 0 || task === undefined || matchesAny(tasks, task)) &&
    (states.length === 0 || state === undefined || states.includes(state)) &&
    (isProduction || !production_only)
  )
}
