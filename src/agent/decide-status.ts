import type { Ending } from './model.ts'

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
