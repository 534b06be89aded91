import { type Client, take } from '../client/client.ts'
import { ApiProblem, type Deployment } from '../client/model.ts'
import { statusesOf } from './decide-status.ts'
import { openLogWriter } from './journal/log-writer.ts'
import { openMasker } from './journal/masker.ts'
import {
  type Accepted,
  type Ending,
  type Lock,
  nameOf,
  type Place,
  type Tracked,
} from './ledger/model.ts'
import type { Parts } from './model.ts'

export const logUrlOf = (
  { config }: Pick<Parts, 'config'>,
  { log, log_url }: Pick<Accepted, 'log' | 'log_url'>,
) => log_url ?? `${config.agent.publicUrl}/logs/${log}`

export const placeOf = ({ forge, repository, id }: Place): Place => ({ forge, repository, id })

export type End = {
  readonly ending: Ending
  /** Sets or lifts the lock of the environment, in the same fact. */
  readonly lock?: Lock | null
  /** What the ending's sentence must not show, beside the agent's own secrets. */
  readonly needles?: readonly string[]
}

/** Ends a deployment, once and for all: its log, the journal, and the statuses that tell. */
export async function endDeployment(parts: Parts, tracked: Tracked, end: End): Promise<void> {
  const accepted = tracked.accepted
  if (accepted === null) throw new Error(`${nameOf(tracked)} was never accepted`)
  const description = masked([...parts.needles, ...(end.needles ?? [])], end.ending.description)
  const ending = { ...end.ending, description }
  await writeLine(parts, accepted, `${titleOf[ending.kind]}: ${description}`)
  const statuses = statusesOf(ending, logUrlOf(parts, accepted))
  const lock = end.lock === undefined ? {} : { lock: end.lock }
  await parts.ledger.record({ ...placeOf(tracked), kind: 'ended', ending, statuses, ...lock })
  await parts.logs.end(accepted.log)
  parts.log.info(
    { deployment: nameOf(tracked), ending: ending.kind, description },
    'deployment.ended',
  )
  parts.outbox.wake()
  // In the background: the next deployment need not wait until the forge has heard of this one.
  if (ending.kind === 'succeeded')
    sweep(parts, tracked).catch((error: unknown) => parts.log.error({ err: error }, 'sweep.failed'))
}

const titleOf: Readonly<Record<Ending['kind'], string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  errored: 'Error',
  cancelled: 'Cancelled',
  superseded: 'Not started',
  applied: 'Done',
  withdrawn: 'Withdrawn',
}

/** A line of our own in a deployment's log. A full disk must not keep a deployment from its end. */
export async function writeLine(parts: Parts, { log }: Accepted, text: string): Promise<void> {
  const writer = openLogWriter({ logs: parts.logs, name: log, needles: parts.needles })
  writer.line(text)
  await writer.end().catch((error: unknown) => parts.log.error({ error }, 'log.lost'))
}

function masked(needles: readonly string[], text: string): string {
  const masker = openMasker(needles)
  return masker.write(text) + masker.end()
}

/** Older ones than these were left behind long ago. */
const sweepMax = 100

/**
 * Makes the older production deployments of the environment inactive, which the forge
 * leaves to us (agent 3.1; contract 2.5, rule 5). Never one with a higher id. May be
 * done again: one that is inactive already is left alone.
 */
export async function sweep(parts: Parts, tracked: Tracked): Promise<void> {
  const client = parts.forges.get(tracked.forge)?.client
  const environment = tracked.accepted?.deployment.environment
  if (client === undefined || environment === undefined) return
  // The success must be there first: an environment is never without an active deployment.
  if (!(await parts.outbox.drained(tracked))) return
  try {
    const newest = await take(client.listDeployments(tracked.repository, { environment }), sweepMax)
    const older = newest.filter(
      ({ id, production_environment }) => id < tracked.id && production_environment,
    )
    for (const one of older) {
      if (await isActive(client, tracked, one)) await deactivate(parts, tracked, one)
    }
    await parts.ledger.record({ ...placeOf(tracked), kind: 'swept' })
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    // It is done again at the next start.
    parts.log.warn({ deployment: nameOf(tracked), problem: error.message }, 'sweep.failed')
  }
}

async function isActive(
  client: Client,
  { repository }: Tracked,
  { id }: Deployment,
): Promise<boolean> {
  const [newest] = await take(client.listStatuses(repository, id), 1)
  return newest?.state === 'success'
}

async function deactivate(parts: Parts, tracked: Tracked, older: Deployment): Promise<void> {
  const { forge, repository, id } = tracked
  const description = `Superseded by #${id}`
  const statuses = [{ state: 'inactive' as const, description, auto_inactive: false }]
  await parts.ledger.record({ forge, repository, id: older.id, kind: 'deactivated', statuses })
  parts.outbox.wake()
}
