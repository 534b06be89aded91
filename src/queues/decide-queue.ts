import type { QueueDecision, QueueFacts, Rival } from './model.ts'

/**
 * Whether it is a deployment's turn. What is older is told by commits and never by clocks:
 * another one is ahead of it where that has all of its commit.
 */
export function decideQueue(facts: QueueFacts): QueueDecision {
  const { mode, isNew, inProgress } = facts
  const ahead = aheadOf(facts)
  const unknown = ahead.find(({ hasCommit }) => hasCommit === undefined)
  const first = ahead.find(({ hasCommit }) => hasCommit)
  if (first) return behind(first, facts)
  if (unknown) {
    return { kind: 'ask git', reason: `Its commit is being compared with deployment ${unknown.id}` }
  }
  if (!inProgress) return { kind: 'go', reason: 'No other deployment is in progress' }
  const { id } = inProgress
  const reason = `Deployment ${id} is in progress`
  if (isNew && mode === 'reject') return { kind: 'refuse', reason }
  return { kind: 'wait', for: id, reason }
}

/** What may have got ahead of it. A rollback is older than what is live because it is meant to be. */
const aheadOf = ({ mode, isRollback, live, later }: QueueFacts): Rival[] => [
  ...(live && !isRollback ? [live] : []),
  ...(mode === 'latest' ? later : []),
]

function behind({ id }: Rival, { isNew, live }: QueueFacts): QueueDecision {
  const reason = id === live?.id ? `Older than deployment ${id}, which is live` : undefined
  if (isNew) return { kind: 'refuse', reason: reason ?? `Deployment ${id} has its commit` }
  return { kind: 'give way', to: id, reason: reason ?? `Superseded by deployment ${id}` }
}
