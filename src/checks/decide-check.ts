/** How far a check is, and how it ended: of a run, and summed up of a suite. */
export type Progress<Conclusion extends string = string> = {
  readonly status: 'queued' | 'in_progress' | 'completed'
  readonly conclusion: Conclusion | null
}

type Told<Conclusion extends string> = {
  readonly status?: Progress['status'] | undefined
  readonly conclusion?: Conclusion | undefined
  readonly completed_at?: string | undefined
}

/**
 * What a run is after its App said something: a conclusion completes it, another
 * status opens it again (contract 9.2). Undefined where it should be complete and
 * nobody says how it ended.
 */
export function decideProgress<Conclusion extends string>(
  before: Progress<Conclusion>,
  told: Told<Conclusion>,
): Progress<Conclusion> | undefined {
  if (told.conclusion) return { status: 'completed', conclusion: told.conclusion }
  if (told.status === undefined && told.completed_at === undefined) return before
  if (told.status === 'queued' || told.status === 'in_progress') {
    return { status: told.status, conclusion: null }
  }
  return before.status === 'completed' ? before : undefined
}

/** The first of these that any run has is the suite's. */
const worstFirst = [
  'failure',
  'timed_out',
  'action_required',
  'cancelled',
  'success',
  'neutral',
  'skipped',
]

/** A suite is complete when all of its runs are, and as good as the worst of them. */
export function sumUp<Conclusion extends string>(
  runs: readonly Progress<Conclusion>[],
): Progress<Conclusion> {
  const isComplete = runs.length > 0 && runs.every(({ status }) => status === 'completed')
  if (isComplete) {
    const ends = runs.map(({ conclusion }) => conclusion)
    const worst = worstFirst.map((name) => ends.find((end) => end === name)).find((end) => end)
    return { status: 'completed', conclusion: worst ?? null }
  }
  const isQueued = runs.every(({ status }) => status === 'queued')
  return { status: isQueued ? 'queued' : 'in_progress', conclusion: null }
}
