import type { Lock } from './model.ts'

/** A status of a deployment, as far as decisions go. */
export type SeenStatus = { readonly id: number; readonly state: string; readonly log_url: string }

/** What the API says about a deployment that was brought to our attention. */
export type Look = {
  readonly deployment: SeenDeployment | 'gone'
  /** Newest first. */
  readonly statuses: readonly SeenStatus[]
  /** Null when no rule is for it after all. */
  readonly rule: {
    readonly creators: readonly string[]
    readonly locked: 'reject' | 'queue'
  } | null
  readonly lock: Lock | null
  readonly hasRoom: boolean
  readonly now: number
  readonly logUrl: string
}

type SeenDeployment = {
  readonly task: string
  readonly environment: string
  readonly creator: string
  readonly created_at: string
  readonly payload: unknown
}

export type Verdict =
  /** Not ours to run, now or later. */
  | { readonly kind: 'settled'; readonly why: string }
  /** Nothing to run yet, or nothing at all: it may come again. */
  | { readonly kind: 'forgotten'; readonly why: string }
  /** Ours, but it must not run: the sentence goes into an `error` status. */
  | { readonly kind: 'rejected'; readonly description: string }
  | { readonly kind: 'accepted' }

/** One that nobody touched for a day is history, not work: a fresh agent must not run a year of it (agent 5, replay). */
const ageMsMax = 24 * 60 * 60 * 1000
/** What locked or unlocked longer ago is not said to an agent that did not hear of it then. */
const lockAgeMsMax = 10 * 60 * 1000

const endings = ['success', 'failure', 'error', 'inactive']
const tasks = ['deploy', 'rollback', 'deploy:lock', 'deploy:unlock']

/** The decision table (agent 4), from the first fresh read on; the first line that fits counts. */
export function decideIntake(look: Look): Verdict {
  const { deployment, statuses } = look
  if (deployment === 'gone') return { kind: 'forgotten', why: 'gone' }
  const newest = statuses[0]?.state
  const age = look.now - Date.parse(deployment.created_at)
  if (newest === 'waiting') return { kind: 'forgotten', why: 'waiting for its gates' }
  if (isFinished(deployment, newest, age)) return { kind: 'settled', why: 'finished' }
  if (isTaken(look)) return { kind: 'settled', why: 'claimed by another agent' }
  if (newest === undefined && age > ageMsMax) return { kind: 'settled', why: 'too old' }
  if (look.rule === null) return { kind: 'settled', why: 'no rule is for it' }
  const description = reasonAgainst(deployment, look, look.rule)
  return description === undefined ? { kind: 'accepted' } : { kind: 'rejected', description }
}

/** A forge may have locked the environment itself by then, and ended the deployment: our lock is another. */
function isFinished({ task }: SeenDeployment, newest: string | undefined, age: number): boolean {
  if (newest === undefined || !endings.includes(newest)) return false
  return !isLockTask(task) || age > lockAgeMsMax
}

/** A forge posts `queued` too, when a gate opens; only agents link a log. */
function isTaken({ statuses, logUrl }: Look): boolean {
  return statuses.some(
    ({ state, log_url }) =>
      ['queued', 'in_progress'].includes(state) && log_url !== '' && log_url !== logUrl,
  )
}

function reasonAgainst(
  deployment: SeenDeployment,
  { lock, hasRoom }: Look,
  rule: NonNullable<Look['rule']>,
): string | undefined {
  const { creator, task, environment } = deployment
  const isAllowed = rule.creators.length === 0 || rule.creators.includes(creator)
  if (!isAllowed)
    return `${creator || 'A deleted account'} may not deploy ${environment} with this agent`
  if (!tasks.includes(task)) return `Unknown task "${task}"; this agent knows ${tasks.join(', ')}`
  if (isLockTask(task)) return undefined
  const unsupported = unsupportedOf(deployment.payload)
  if (unsupported) return `payload.${unsupported} is not available yet`
  if (task === 'rollback' && rollbackTargetOf(deployment.payload) === undefined) {
    return 'payload.to must be the id of a deployment or a sha'
  }
  if (lock !== null && rule.locked === 'reject') return lockedDescription(environment, lock)
  return hasRoom ? undefined : 'The queue of the agent is full; try again later'
}

export const isLockTask = (task: string) => task === 'deploy:lock' || task === 'deploy:unlock'

export const lockedDescription = (environment: string, { by, at, reason }: Lock) =>
  `${environment} is locked by ${by} since ${at}: ${reason}`

/** What would be dangerous to overlook: the sender asked for less than a whole deployment. */
function unsupportedOf(payload: unknown): string | undefined {
  const members = membersOf(payload)
  return ['hosts', 'noop'].find((name) => members[name] !== undefined && members[name] !== false)
}

export type RollbackTo =
  | { readonly kind: 'previous' }
  | { readonly kind: 'deployment'; readonly id: number }
  | { readonly kind: 'sha'; readonly sha: string }

/** `{"to": <deployment id or sha>}`, or the previous good release; undefined for what is neither. */
export function rollbackTargetOf(payload: unknown): RollbackTo | undefined {
  const { to } = membersOf(payload)
  if (to === undefined || to === null) return { kind: 'previous' }
  const id = Number(to)
  if (Number.isSafeInteger(id) && id > 0 && String(to).length < 16)
    return { kind: 'deployment', id }
  return typeof to === 'string' && /^[0-9a-f]{7,64}$/.test(to)
    ? { kind: 'sha', sha: to }
    : undefined
}

/** A payload is an object or a string, often with JSON in it (contract 1.5). */
function membersOf(payload: unknown): Readonly<Record<string, unknown>> {
  if (typeof payload === 'string') return membersOf(jsonOf(payload))
  return typeof payload === 'object' && payload !== null ? { ...payload } : {}
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? undefined : value
  } catch {
    // A payload may be any text; then it has no members.
    return undefined
  }
}

export type Claim = 'ours' | 'lost' | 'withdrawn'

/**
 * Who runs a deployment that several agents accepted: the one whose `queued` has the
 * lowest id, since ids only grow (agent 3.2). `withdrawn`: someone else ended it after
 * we accepted it, which is how to cancel on a plain GitHub (agent 4).
 */
export function decideClaim(statuses: readonly SeenStatus[], logUrl: string): Claim {
  const claims = statuses.filter(({ state, log_url }) => state === 'queued' && log_url !== '')
  const first = lowestOf(claims)
  const own = lowestOf(claims.filter(({ log_url }) => log_url === logUrl))
  const isWithdrawn = statuses.some(
    ({ id, state, log_url }) =>
      endings.includes(state) && log_url !== logUrl && id > (own?.id ?? 0),
  )
  if (isWithdrawn) return 'withdrawn'
  return first === undefined || first.log_url === logUrl ? 'ours' : 'lost'
}

const lowestOf = (statuses: readonly SeenStatus[]) =>
  statuses.reduce<SeenStatus | undefined>(
    (lowest, status) => (lowest === undefined || status.id < lowest.id ? status : lowest),
    undefined,
  )
