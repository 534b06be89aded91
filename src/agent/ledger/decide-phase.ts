import type { Phase } from './model.ts'

const running: readonly Phase[] = [
  'preparing',
  'publishing',
  'verifying',
  'rolling_back',
  'finishing',
]

/**
 * The state machine (agent 3.1). A batch that is verified is followed by the next one's
 * publishing; after a crash what was published is verified again.
 */
const next: Readonly<Record<Phase, readonly Phase[]>> = {
  received: ['settled', 'accepted'],
  settled: [],
  accepted: ['accepted', 'settled', 'queued', 'ended'],
  queued: ['settled', 'preparing', 'ended'],
  preparing: ['preparing', 'publishing', 'rolling_back', 'finishing', 'ended'],
  publishing: ['publishing', 'verifying', 'rolling_back', 'finishing', 'ended'],
  verifying: ['verifying', 'publishing', 'rolling_back', 'finishing', 'ended'],
  rolling_back: ['rolling_back', 'finishing', 'ended'],
  finishing: ['finishing', 'verifying', 'rolling_back', 'ended'],
  ended: [],
}

export const mayFollow = (from: Phase, to: Phase): boolean => next[from].includes(to)

/** Hosts may have been touched and it has not ended. */
export const isRunning = (phase: Phase): boolean => running.includes(phase)
