import type { ServiceChange } from './model.ts'

export type Facts = {
  readonly state: string
  readonly task: string
  /** Whether it has said `success` before. */
  readonly hadSucceeded: boolean
  /** Another of its target has succeeded and is still live. */
  readonly isReplaced: boolean
  /** What was last deployed successfully before it; undefined for the first. */
  readonly previous: { readonly hasCommit: boolean } | undefined
}

/** Which change of the service a status tells of; undefined for what only says how it goes (ecosystem 4.3). */
export function decideChange(facts: Facts): ServiceChange | undefined {
  const { state, task, hadSucceeded, isReplaced, previous } = facts
  if (state === 'inactive') return hadSucceeded && !isReplaced ? 'removed' : undefined
  if (state !== 'success' || hadSucceeded) return undefined
  if (!previous) return 'deployed'
  return task === 'rollback' || previous.hasCommit ? 'rolledback' : 'upgraded'
}
