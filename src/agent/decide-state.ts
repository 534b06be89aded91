import type { Ending, Phase } from './model.ts'

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

type Status = {
  state: 'error' | 'failure' | 'inactive' | 'success' | 'queued' | 'in_progress'
  description: string
  log_url: string
  environment_url?: string
  auto_inactive?: boolean
}

/** `error` for a deployment that was cancelled while it ran: it could not be carried out (agent 9). */
const stateOf = {
  succeeded: 'success',
  failed: 'failure',
  errored: 'error',
  cancelled: 'error',
  superseded: 'inactive',
} as const

/** The statuses that tell how it ended, in order. */
export function statusesOf(ending: Ending, log_url: string): Status[] {
  const description = shortened(ending.description)
  if (ending.kind === 'withdrawn') return []
  if (ending.kind === 'applied') {
    return [
      { state: 'success', description, log_url, auto_inactive: false },
      { state: 'inactive', description, log_url },
    ]
  }
  const status: Status = { state: stateOf[ending.kind], description, log_url }
  const url = ending.kind === 'succeeded' ? ending.environment_url : undefined
  return [url === undefined ? status : { ...status, environment_url: url }]
}

export function statusOf(
  state: 'queued' | 'in_progress',
  description: string,
  log_url: string,
): Status {
  return { state, description: shortened(description), log_url }
}

/** GitHub refuses a description over 140 characters (contract 2.3). */
const descriptionMax = 140

/** One line of at most 140 UTF-16 units, never cut inside a character. */
export function shortened(description: string): string {
  const line = description.toWellFormed().replaceAll(/\s+/g, ' ').trim()
  if (line.length <= descriptionMax) return line
  let end = descriptionMax - 1
  const last = line.charCodeAt(end - 1)
  if (last >= 0xd800 && last <= 0xdbff) end -= 1
  return `${line.slice(0, end)}…`
}
