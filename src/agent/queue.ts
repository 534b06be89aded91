import { readClaim } from './claim.ts'
import { lockedDescription } from './decide-intake.ts'
import {
  type Arrival,
  decideArrival,
  decideStart,
  type Lane,
  type Start,
  type Waiting,
} from './decide-queue.ts'
import { statusOf } from './decide-status.ts'
import { type End, endDeployment, logUrlOf, placeOf } from './ending.ts'
import { environmentOf } from './ledger/ledger.ts'
import { nameOf, type Place, type Tracked } from './ledger/model.ts'
import type { Parts } from './model.ts'
import {
  explain,
  gatherJob,
  type Job,
  type ReadyJob,
  readyJob,
  recoverJob,
  regatherJob,
  runJob,
} from './run.ts'

/** Why a run is aborted when the agent stops. */
const draining = 'draining'

type Line = {
  readonly waiting: Waiter[]
  running: Running | null
}

type Waiter = { readonly job: Job; readonly entry: Waiting }
type Running = { readonly place: Place; readonly abort: AbortController; done: Promise<void> }

/** One deployment at a time for each environment, a limited number altogether. */
export class Queue {
  readonly #parts: Parts
  readonly #lines = new Map<string, Line>()
  #isDraining = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get hasRoom(): boolean {
    const waiting = [...this.#lines.values()].flatMap((line) => line.waiting)
    return waiting.length < this.#parts.config.limits.queue
  }

  /** Gathers what the deployment needs and puts it in its line. */
  async add(tracked: Tracked): Promise<void> {
    const parts = this.#parts
    const job = await gatherJob(parts, tracked).catch((error: unknown) => explain(parts, error))
    if ('kind' in job) return await endDeployment(parts, tracked, { ending: job })
    const line = this.#lineOf(laneNameOf(job))
    const entry = waitingOf(job)
    const { whenBusy, cancelsRunning } = job.recipe.concurrency
    const arrival = decideArrival(laneOf(parts, line, job), entry, whenBusy)
    if (arrival.kind !== 'enqueued') return await endDeployment(parts, tracked, refusalOf(arrival))
    const replaced = line.waiting.filter((one) => arrival.replaced.includes(one.entry.id))
    for (const one of replaced) line.waiting.splice(line.waiting.indexOf(one), 1)
    line.waiting.splice(arrival.at, 0, { job, entry })
    if (cancelsRunning) line.running?.abort.abort()
    announce(parts, line, { job, at: arrival.at })
    setTimeout(() => this.wake(), entry.waitMsMax).unref()
    this.wake()
    for (const one of replaced) await endDeployment(parts, one.job.tracked, superseded(tracked.id))
  }

  /** Ends a run that a crash interrupted, before anything else in its environment starts. */
  resume(tracked: Tracked): void {
    const parts = this.#parts
    const environment = tracked.accepted?.deployment.environment ?? ''
    const group = tracked.started?.recipe.concurrency.group ?? null
    this.#occupy(this.#lineOf(nameOfLane(tracked, environment, group)), tracked, async (signal) => {
      const job = await regatherJob(parts, tracked).catch((error: unknown) => explain(parts, error))
      return 'kind' in job ? { ending: job } : await recoverJob(parts, job, signal)
    })
  }

  /** Someone ended it: stops what runs, takes back what waits. */
  async cancel(place: Place): Promise<void> {
    const isIt = (one: Place) => nameOf(one) === nameOf(place)
    for (const line of this.#lines.values()) {
      if (line.running && isIt(line.running.place)) line.running.abort.abort()
      const waiting = line.waiting.find(({ job }) => isIt(job.tracked))
      if (waiting === undefined) continue
      line.waiting.splice(line.waiting.indexOf(waiting), 1)
      await endDeployment(this.#parts, waiting.job.tracked, withdrawn)
    }
  }

  /** Starts, ends or leaves the first of each line. What it starts wakes it again when it ends. */
  wake(): void {
    if (this.#isDraining) return
    for (const [name, line] of this.#lines) {
      const [first] = line.waiting
      if (first !== undefined) this.#advance(line, first)
      else if (line.running === null) this.#lines.delete(name)
    }
  }

  /** Starts nothing more, and waits for what runs; after `graceMs` that is cancelled. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true
    const running = this.#running()
    const timer = setTimeout(() => {
      for (const { abort } of running) abort.abort(draining)
    }, graceMs)
    await Promise.all(running.map(({ done }) => done))
    clearTimeout(timer)
  }

  #running(): Running[] {
    return [...this.#lines.values()].flatMap(({ running }) => running ?? [])
  }

  #lineOf(name: string): Line {
    const found = this.#lines.get(name) ?? { waiting: [], running: null }
    this.#lines.set(name, found)
    return found
  }

  #advance(line: Line, first: Waiter): void {
    const { job } = first
    const start = this.#decideStart(line, first)
    if (start.kind === 'wait') return
    line.waiting.shift()
    if (start.kind === 'start') {
      this.#occupy(line, job.tracked, (signal) => startJob(this.#parts, job, signal))
      return
    }
    endDeployment(this.#parts, job.tracked, endOfStart(this.#parts, job, start))
      .catch((error: unknown) => this.#report(job.tracked, error))
      .finally(() => this.wake())
  }

  #decideStart(line: Line, { job, entry }: Waiter): Start {
    const lock = this.#parts.ledger.findLock(environmentOfJob(job))
    return decideStart(entry, {
      now: Date.now(),
      lane: laneOf(this.#parts, line, job),
      locked: lock === null ? 'no' : job.rule.locked,
      hasRoom: this.#running().length < this.#parts.config.limits.deployments,
    })
  }

  /** Holds the line while `work` goes on, and tells its end. */
  #occupy(line: Line, tracked: Tracked, work: (signal: AbortSignal) => Promise<End | null>): void {
    const parts = this.#parts
    const abort = new AbortController()
    const running: Running = { place: tracked, abort, done: Promise.resolve() }
    line.running = running
    running.done = work(abort.signal)
      .then((end) =>
        end === null ? undefined : endDeployment(parts, parts.ledger.find(tracked) ?? tracked, end),
      )
      .catch((error: unknown) => this.#report(tracked, error))
      .finally(() => {
        line.running = null
        this.wake()
      })
  }

  #report(tracked: Tracked, error: unknown): void {
    this.#parts.log.error({ err: error, deployment: nameOf(tracked) }, 'agent.bug')
  }
}

const waitingOf = ({ tracked, accepted, recipe }: Job): Waiting => ({
  id: tracked.id,
  isRollback: accepted.deployment.task === 'rollback',
  since: Date.now(),
  waitMsMax: recipe.timeouts.queueMs,
})

const environmentOfJob = ({ tracked, accepted }: Job) =>
  environmentOf(tracked, accepted.deployment.environment)

const laneNameOf = ({ tracked, accepted, recipe }: Job) =>
  nameOfLane(tracked, accepted.deployment.environment, recipe.concurrency.group)

/** A recipe may put several environments in one line. */
const nameOfLane = (place: Place, environment: string, group: string | null) =>
  group === null ? environmentOf(place, environment) : `${place.forge} group ${group}`

const laneOf = (parts: Parts, line: Line, job: Job): Lane => ({
  runningId: line.running?.place.id ?? null,
  waiting: line.waiting.map(({ entry }) => entry),
  publishedId: parts.ledger.publishedId(environmentOfJob(job)),
})

const superseded = (by: number): End => ({
  ending: { kind: 'superseded', description: `Superseded by #${by} before it started` },
})

const withdrawn: End = {
  ending: { kind: 'withdrawn', description: 'Someone else ended it before it started' },
}

function refusalOf(arrival: Exclude<Arrival, { kind: 'enqueued' }>): End {
  if (arrival.kind === 'superseded') return superseded(arrival.by)
  return {
    ending: {
      kind: 'errored',
      description: `Busy: #${arrival.busyWith} is being deployed; try again later`,
    },
  }
}

/** Tells how long the wait may be, when there is one. */
function announce(parts: Parts, line: Line, { job, at }: { job: Job; at: number }): void {
  const ahead = line.waiting[at - 1]?.entry.id ?? line.running?.place.id
  if (ahead === undefined) return
  const description = `Queued behind #${ahead} (position ${at + 1})`
  const status = statusOf('queued', description, logUrlOf(parts, job.accepted))
  parts.outbox.progress(job.tracked, status)
}

/** A start needs a fresh read: it may have been cancelled, or be another agent's (agent 3.2). */
async function startJob(parts: Parts, job: Job, signal: AbortSignal): Promise<End | null> {
  const turn = await takeTurn(parts, job, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
    return signal.reason === draining ? draining : ('withdrawn' as const)
  })
  // It stays queued in the journal, for the next start.
  if (turn === draining) return null
  if (turn === 'withdrawn') return withdrawn
  if (turn !== 'lost') {
    if ('ending' in turn) return turn
    await using ready = turn
    return await runJob(parts, ready.job, signal)
  }
  await parts.ledger.record({
    ...placeOf(job.tracked),
    kind: 'settled',
    why: 'claimed by another agent',
  })
  return null
}

/** The job with its secrets, if it is ours to run and may. */
async function takeTurn(
  parts: Parts,
  job: Job,
  signal: AbortSignal,
): Promise<ReadyJob | End | 'lost' | 'withdrawn'> {
  const claim = await readClaim(parts, job.tracked, job.accepted, signal)
  if (claim !== 'ours') return claim
  try {
    return (await readyJob(parts, job, signal)) ?? 'lost'
  } catch (error) {
    if (signal.aborted) throw error
    return { ending: explain(parts, error) }
  }
}

function endOfStart(
  parts: Parts,
  job: Job,
  start: Exclude<Start, { kind: 'start' | 'wait' }>,
): End {
  if (start.kind === 'superseded') return superseded(start.by)
  if (start.kind === 'expired') {
    return {
      ending: {
        kind: 'errored',
        description: 'It waited too long in the queue and was not started',
      },
    }
  }
  const { environment } = job.accepted.deployment
  const lock = parts.ledger.findLock(environmentOfJob(job))
  const description = lock ? lockedDescription(environment, lock) : `${environment} is locked`
  return { ending: { kind: 'errored', description } }
}
