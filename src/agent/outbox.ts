import { setTimeout as wait } from 'node:timers/promises'
import { type Client, waitMsAfter } from '../client/client.ts'
import { ApiProblem, type NewDeploymentStatus } from '../client/model.ts'
import type { Log } from '../lib/log.ts'
import type { Ledger } from './ledger/ledger.ts'
import { nameOf, type Outgoing, type Place } from './ledger/model.ts'

/**
 * Brings statuses to the forge: in order, each once, however often the forge or we
 * fail (agent D9). What must arrive is in the journal; progress is only worth its moment.
 */
export type Outbox = {
  /** Sends what the ledger has to send, now and after a restart. */
  wake(): void
  /** Says how far a deployment is; only the latest counts, at most one in five seconds. */
  progress(place: Place, status: NewDeploymentStatus): void
  /** Resolves when nothing waits for this deployment; false when it was given up or we are to stop. */
  drained(place: Place): Promise<boolean>
  /** Resolves when nothing waits at all, or when its time is over. */
  settle(timeoutMs: number): Promise<void>
}

type OutboxOptions = {
  readonly ledger: Ledger
  readonly clientOf: (forge: string) => Client | undefined
  readonly log: Log
  readonly signal: AbortSignal
  /** What goes before the status that tells of an end. */
  readonly beforeEnd: (place: Place) => Promise<void>
}

/** GitHub asks for no more than needed; people cannot read faster (agent 3.1). */
const progressMs = 5000
/** `postedAt`: when it was last said to be in progress; 0 for never. */
type Progress = {
  status: NewDeploymentStatus | undefined
  postedAt: number
  sender: Promise<void> | undefined
}

export function openOutbox(options: OutboxOptions): Outbox {
  const { ledger, log, signal } = options
  const progresses = new Map<string, Progress>()

  function progressOf(place: Place): Progress {
    const found = progresses.get(nameOf(place)) ?? {
      status: undefined,
      postedAt: 0,
      sender: undefined,
    }
    progresses.set(nameOf(place), found)
    return found
  }

  /** One sender for each deployment at a time: that is what keeps the order. */
  function send(place: Place): void {
    const progress = progressOf(place)
    progress.sender ??= sendAll(place, progress)
      .catch((error: unknown) => log.error({ deployment: nameOf(place), error }, 'status.lost'))
      .finally(() => {
        progress.sender = undefined
        const isMore = progress.status !== undefined || waitingFor(ledger, place).length > 0
        if (isMore && !signal.aborted) send(place)
        else if (isOver(ledger, place)) progresses.delete(nameOf(place))
      })
  }

  async function sendAll(place: Place, progress: Progress): Promise<void> {
    while (!signal.aborted) {
      const isMore = await sendNext(place, progress)
      if (!isMore) return
    }
  }

  async function sendNext(place: Place, progress: Progress): Promise<boolean> {
    const [first] = waitingFor(ledger, place)
    if (isProgressNext(first, progress)) await sendProgress(place, progress)
    else if (first === undefined) return false
    else await deliver(options, place, first)
    return true
  }

  /** Progress that the forge does not take is no loss; what follows it will be retried. */
  async function sendProgress(place: Place, progress: Progress): Promise<void> {
    const { status } = progress
    const isRunning = status?.state === 'in_progress'
    const dueMs = isRunning ? progress.postedAt + progressMs - Date.now() : 0
    if (dueMs > 0) return await wait(Math.min(dueMs, 100), undefined, { ref: false })
    progress.status = undefined
    if (isRunning) progress.postedAt = Date.now()
    if (status === undefined) return
    await options
      .clientOf(place.forge)
      ?.createStatus(place.repository, place.id, status)
      .catch((error: unknown) => {
        log.warn({ deployment: nameOf(place), error: messageOf(error) }, 'status.progress_lost')
      })
  }

  return {
    wake: () => {
      for (const one of ledger.outgoing()) if (one.statuses.length > 0) send(one)
    },
    progress: (place, status) => {
      // What comes after the end is no progress.
      if (isOver(ledger, place)) return
      progressOf(place).status = status
      send(place)
    },
    drained: async (place) => {
      while (waitingFor(ledger, place).length > 0 && !signal.aborted) {
        send(place)
        await progressOf(place).sender
      }
      return !signal.aborted && ledger.findOutgoing(place)?.lastPostedId !== 0
    },
    settle: async (timeoutMs) => {
      const senders = [...progresses.values()].map(({ sender }) => sender)
      await Promise.race([Promise.all(senders), wait(timeoutMs, undefined, { ref: false })])
    },
  }
}

const waitingFor = (ledger: Ledger, place: Place) => ledger.findOutgoing(place)?.statuses ?? []
const isOver = (ledger: Ledger, place: Place) => ledger.find(place)?.phase === 'ended'
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** What must arrive goes first, but nobody ends without having been in progress. */
function isProgressNext(first: NewDeploymentStatus | undefined, progress: Progress): boolean {
  const { status, postedAt } = progress
  if (status === undefined || first === undefined) return status !== undefined
  const isBegin = first.state === 'queued'
  const isFirst = !isBegin && status.state === 'in_progress' && postedAt === 0
  // The end is known: how far it was does not matter any more.
  if (!isFirst && !isBegin) progress.status = undefined
  return isFirst
}

/** Posts the first waiting status until the forge has it, or never will. */
async function deliver(
  options: OutboxOptions,
  place: Place,
  status: NewDeploymentStatus,
): Promise<void> {
  let body = status
  if (isOver(options.ledger, place)) await options.beforeEnd(place)
  for (let failures = 1; !options.signal.aborted; failures += 1) {
    const problem = await tryToPost(options, place, body)
    if (problem === undefined) return
    const isFinal = problem.status === 404 || (problem.status === 422 && isBare(body))
    if (isFinal) return await abandon(options, place, problem.message)
    if (problem.status === 422) body = bareOf(body)
    options.log.warn(
      { deployment: nameOf(place), failures, problem: problem.message },
      'status.retry',
    )
    await pause(problem.retryAfterMs ?? waitMsAfter(failures), options.signal)
  }
}

/**
 * One try, or what was wrong with it. Whether an earlier one arrived whose answer was
 * lost, in this life or the last, is read back first: GitHub records the same status twice.
 */
async function tryToPost(
  options: OutboxOptions,
  place: Place,
  body: NewDeploymentStatus,
): Promise<ApiProblem | undefined> {
  const { ledger } = options
  const client = options.clientOf(place.forge)
  const outgoing = ledger.findOutgoing(place)
  if (client === undefined || outgoing === undefined) return noForge(place)
  try {
    const found = await findPosted(client, outgoing, body)
    const id = found ?? (await client.createStatus(place.repository, place.id, body)).id
    await ledger.record({ ...placeOf(place), kind: 'posted', status_id: id })
    return undefined
  } catch (error) {
    if (error instanceof ApiProblem) return error
    throw error
  }
}

const noForge = ({ forge }: Place) =>
  new ApiProblem(`agent.yml no longer has the forge "${forge}"`, { kind: 'refused', status: 404 })

/** The forge may refuse a URL of the recipe; that a deployment ended matters more. */
const isBare = ({ environment_url }: NewDeploymentStatus) => environment_url === undefined
const bareOf = ({ environment_url: _, ...rest }: NewDeploymentStatus): NewDeploymentStatus => rest

const placeOf = ({ forge, repository, id }: Place): Place => ({ forge, repository, id })

async function abandon(options: OutboxOptions, place: Place, why: string): Promise<void> {
  options.log.error({ deployment: nameOf(place), why }, 'status.abandoned')
  await options.ledger.record({ ...placeOf(place), kind: 'abandoned', why })
}

/** The id of the status if it is there already, newer than the last one we know of. */
async function findPosted(
  client: Client,
  outgoing: Outgoing,
  body: NewDeploymentStatus,
): Promise<number | undefined> {
  for await (const seen of client.listStatuses(outgoing.repository, outgoing.id)) {
    if (seen.id <= outgoing.lastPostedId) return undefined
    const isSame = seen.state === body.state && seen.description === body.description
    if (isSame && (seen.log_url ?? '') === (body.log_url ?? '')) return seen.id
  }
  return undefined
}

/** Being told to stop ends the pause; the loop around it then ends too. */
const pause = (ms: number, signal: AbortSignal) =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined)
