import { randomBytes } from 'node:crypto'
import type { Deployment } from '../client/model.ts'
import { matchesAny } from '../lib/glob.ts'
import { findLogPage, readAgain, readClaim } from './claim.ts'
import { decideIntake, isLockTask, type SeenStatus, type Verdict } from './decide-intake.ts'
import { statusOf } from './decide-status.ts'
import { endDeployment, logUrlOf, placeOf, writeLine } from './ending.ts'
import { environmentOf } from './ledger/ledger.ts'
import { type Accepted, type Facts, nameOf, type Place, type Tracked } from './ledger/model.ts'
import type { Parts } from './model.ts'
import type { Queue } from './queue.ts'
import type { Notice } from './receiver/model.ts'
import type { Rule } from './recipe/model.ts'

/** What every intake calls, and all it can say is "look at this one" (agent D8). */
export class Inbox {
  readonly #parts: Parts
  readonly #queue: Queue
  /** The last admission of each environment: what came first also stands first in line. */
  readonly #tails = new Map<string, Promise<void>>()

  constructor(parts: Parts, queue: Queue) {
    this.#parts = parts
    this.#queue = queue
  }

  /** Resolves when it is kept; the work comes later. */
  async receive(forge: string, notice: Notice): Promise<'accepted' | 'duplicate' | 'ignored'> {
    const { repository, id } = notice
    const place = { forge, repository, id }
    if (findRule(this.#parts, place, notice) === undefined) return 'ignored'
    const known = this.#parts.ledger.find(place)
    if (known !== undefined) {
      this.#checkCancelled(known, notice)
      return 'duplicate'
    }
    if (notice.status !== null) return 'ignored'
    await this.#parts.ledger.record({ ...place, kind: 'received' })
    this.admit(place, notice.environment)
    return 'accepted'
  }

  /** Takes one from wherever it is to its line. After a restart that may be half way. */
  admit(place: Place, environment: string): void {
    const name = environmentOf(place, environment)
    const before = this.#tails.get(name) ?? Promise.resolve()
    const claimed = this.#claim(place)
    // Failures are reported where they happen; here they only must not stop the line.
    claimed.catch(() => undefined)
    const tail = before
      .then(() => claimed)
      .then((tracked) => (tracked === null ? undefined : this.#enter(tracked)))
      .catch((error: unknown) => this.#giveUp(place, error))
      .finally(() => {
        if (this.#tails.get(name) === tail) this.#tails.delete(name)
      })
    this.#tails.set(name, tail)
  }

  /** Reads it again, decides, and claims it; null when there is nothing to run. */
  async #claim(place: Place): Promise<Tracked | null> {
    const { ledger, outbox, signal } = this.#parts
    const isQueuedAtForge = (ledger.findOutgoing(place)?.lastPostedId ?? 0) > 0
    if (!isQueuedAtForge) await this.#look(place)
    const tracked = ledger.find(place)
    if (tracked?.phase === 'queued') return tracked
    if (tracked?.phase !== 'accepted' || tracked.accepted === null) return null
    if (!(await outbox.drained(tracked))) return null
    const claim = await readClaim(this.#parts, tracked, tracked.accepted, signal)
    if (claim !== 'ours') {
      await ledger.record({ ...placeOf(tracked), kind: 'settled', why: claim })
      return null
    }
    await ledger.record({ ...placeOf(tracked), kind: 'claimed' })
    this.#parts.logSender.wake()
    return ledger.find(tracked) ?? null
  }

  async #look(place: Place): Promise<void> {
    const parts = this.#parts
    const { deployment, statuses } = await readAgain(parts, place)
    const link = parts.ledger.find(place)?.accepted ?? (await newLink(parts, place))
    const rule = deployment === 'gone' ? undefined : findRule(parts, place, deployment)
    const verdict = this.#decide(place, { deployment, statuses, rule, link })
    parts.log.info({ deployment: nameOf(place), verdict }, 'deployment.seen')
    if (verdict.kind === 'forgotten' || verdict.kind === 'settled') {
      return await parts.ledger.record({ ...placeOf(place), ...verdict })
    }
    if (deployment === 'gone' || rule === undefined) return
    const accepted = { deployment: parseFacts(deployment), rule: rule.name, ...linkOf(link) }
    await this.#accept(place, accepted, verdict)
  }

  #decide(place: Place, { deployment, statuses, rule, link }: Seen): Verdict {
    const { ledger } = this.#parts
    const environment = deployment === 'gone' ? '' : deployment.environment
    return decideIntake({
      deployment: deployment === 'gone' ? 'gone' : seenOf(deployment),
      statuses,
      rule: rule ?? null,
      lock: ledger.findLock(environmentOf(place, environment)),
      hasRoom: this.#queue.hasRoom,
      now: Date.now(),
      logUrl: logUrlOf(this.#parts, link),
    })
  }

  async #accept(place: Place, accepted: Accepted, verdict: Verdict): Promise<void> {
    const parts = this.#parts
    const { deployment } = accepted
    const isRejected = verdict.kind === 'rejected'
    const queued = statusOf(
      'queued',
      `Accepted by ${parts.config.agent.id}`,
      logUrlOf(parts, accepted),
    )
    const statuses = isRejected ? [] : [queued]
    await parts.ledger.record({ ...placeOf(place), kind: 'accepted', accepted, statuses })
    await writeLine(parts, accepted, titleOf(place, deployment))
    parts.outbox.wake()
    const tracked = parts.ledger.find(place)
    if (!isRejected || tracked === undefined) return
    const ending = { kind: 'errored', description: verdict.description } as const
    await endDeployment(parts, tracked, { ending })
  }

  async #enter(tracked: Tracked): Promise<void> {
    const deployment = tracked.accepted?.deployment
    if (deployment === undefined) return
    if (!isLockTask(deployment.task)) return await this.#queue.add(tracked)
    const isLock = deployment.task === 'deploy:lock'
    const by = deployment.creator || 'a deleted account'
    const reason = deployment.description || 'no reason given'
    const description = isLock
      ? `Locked ${deployment.environment}: ${reason}`
      : `Unlocked ${deployment.environment}`
    const lock = isLock ? { by, reason, at: new Date().toISOString() } : null
    await endDeployment(this.#parts, tracked, { ending: { kind: 'applied', description }, lock })
    this.#queue.wake()
  }

  /** A status of someone else that ends what we are at: the API is asked whether it is so. */
  #checkCancelled(tracked: Tracked, { status }: Notice): void {
    const { accepted, phase } = tracked
    if (status === null || accepted === null || phase === 'ended' || phase === 'settled') return
    const isOurs = status.log_url === logUrlOf(this.#parts, accepted)
    if (isOurs || !['inactive', 'error', 'failure', 'success'].includes(status.state)) return
    readClaim(this.#parts, tracked, accepted, this.#parts.signal)
      .then((claim) => (claim === 'withdrawn' ? this.#queue.cancel(tracked) : undefined))
      .catch((error: unknown) => this.#report(tracked, error))
  }

  /** One that could not even be read is forgotten, so that the next poll brings it again. */
  async #giveUp(place: Place, error: unknown): Promise<void> {
    this.#report(place, error)
    const { ledger, signal } = this.#parts
    if (signal.aborted || ledger.isBroken || ledger.find(place)?.phase !== 'received') return
    await ledger.record({ ...placeOf(place), kind: 'forgotten', why: 'it could not be read' })
  }

  #report(place: Place, error: unknown): void {
    if (this.#parts.signal.aborted) return
    this.#parts.log.error({ err: error, deployment: nameOf(place) }, 'intake.failed')
  }
}

type Seen = {
  readonly deployment: Deployment | 'gone'
  readonly statuses: readonly SeenStatus[]
  readonly rule: Rule | undefined
  readonly link: Link
}

/** The log's name, and where it is shown. */
type Link = Pick<Accepted, 'log' | 'log_url'>

async function newLink(parts: Parts, place: Place): Promise<Link> {
  const log = randomBytes(16).toString('hex')
  const log_url = await findLogPage(parts, place, log)
  if (log_url === undefined && parts.config.logs.publish === 'forge') {
    parts.log.warn({ forge: place.forge }, 'log.forge_keeps_none')
  }
  return log_url === undefined ? { log } : { log, log_url }
}

const linkOf = ({ log, log_url }: Link): Link =>
  log_url === undefined ? { log } : { log, log_url }

type Subject = { readonly environment: string; readonly task: string }

/** The first rule that is for it; owners and repositories have no case at a forge. */
function findRule(
  { config }: Pick<Parts, 'config'>,
  place: Place,
  { environment, task }: Subject,
): Rule | undefined {
  const repository = place.repository.toLowerCase()
  return config.rules.find(
    (rule) =>
      (rule.forge === null || rule.forge === place.forge) &&
      matchesAny(
        rule.repos.map((name) => name.toLowerCase()),
        repository,
      ) &&
      matchesAny(rule.environments, environment) &&
      matchesAny(rule.tasks, task),
  )
}

const seenOf = ({ task, environment, creator, created_at, payload }: Deployment) => ({
  task,
  environment,
  creator: creator?.login ?? '',
  created_at,
  payload,
})

function parseFacts(deployment: Deployment): Facts {
  const { id, sha, ref, task, environment, payload, creator, description } = deployment
  return {
    id,
    sha,
    ref,
    environment,
    task,
    creator: creator?.login ?? '',
    payload: JSON.stringify(payload),
    description: description ?? '',
  }
}

const titleOf = ({ repository }: Place, { id, task, ref, sha, environment, creator }: Facts) =>
  `#${id} ${repository}: ${task} ${ref} (${sha}) to ${environment}, asked for by ${creator || 'a deleted account'}`
