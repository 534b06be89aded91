/** Where a deployment stands, as its statuses tell. */
export type Standing = 'running' | 'succeeded' | 'failed' | 'replaced'

/**
 * `states` newest first. The newest is the state (contract 2.1); `inactive` after
 * a success only says that a later deployment took its place.
 */
export function decideStanding(states: readonly string[]): Standing {
  const [newest] = states
  if (newest === 'success') return 'succeeded'
  if (newest === 'failure' || newest === 'error') return 'failed'
  if (newest !== 'inactive') return 'running'
  return states.includes('success') ? 'succeeded' : 'replaced'
}

const pollMs = 500
const pollMsMax = 5000
const pollGrowth = 1.3

/** Looks are frequent while something happens and rarer the longer nothing does. */
export const pollWaitMs = (quietLooks: number): number =>
  Math.min(pollMsMax, Math.round(pollMs * pollGrowth ** Math.min(quietLooks, 20)))

export type Context = { readonly context: string; readonly state: string }

/**
 * The contexts in a deployment's way, the worst of each name once. The server lists only
 * those that were reported (contract 1.7), so what was required and never reported
 * is found by its absence.
 */
export function decideMissing(
  required: readonly string[] | undefined,
  reported: readonly Context[],
): Context[] {
  const failing = reported.filter(({ state }) => state !== 'success')
  const byName = new Map(failing.map(({ context, state }) => [context, state]))
  const names = new Set(reported.map(({ context }) => context))
  for (const context of required ?? [])
    if (!names.has(context)) byName.set(context, 'never reported')
  return [...byName].map(([context, state]) => ({ context, state }))
}
