import { setTimeout as sleep } from 'node:timers/promises'
import type { App, AttemptSeen, EventSeen } from '../../app.ts'
import type { Tx } from '../../store/engine.ts'
import type { DeliveryRow } from '../../tables/hooks.ts'
import type { Attempt, HookRequest } from '../sender/model.ts'
import type { Sender } from '../sender/sender.ts'
import type { SigningKeys } from '../signing/signing-keys.ts'
import { attemptColumnsOf, lastResponseOf } from './attempt-record.ts'
import { type AttemptDecision, decideAttempt } from './decide-attempt.ts'
import { decideBreaker } from './decide-breaker.ts'
import { decideHookEnd, type HookEnd } from './decide-hook-end.ts'
import type { Materials } from './materials.ts'
import {
  type Breaker,
  type Health,
  type QueuedDelivery,
  type QueuedRow,
  queuedDeliveryOf,
} from './model.ts'
import {
  countFailure,
  countSuccess,
  disableHook,
  findHookState,
  finishChanged,
  finishDelivery,
  holdPending,
  insertAttempt,
  renewHolds,
  updateLastResponse,
  updateWarnings,
} from './queries.ts'

export type Delivering = DeliveringApp & {
  readonly sender: Sender
  readonly keys: SigningKeys
  readonly materials: Materials
  /** Aborted when the process is to end: nothing new is begun. */
  readonly stopping: AbortSignal
}

export type DeliveringApp = Pick<
  App,
  'store' | 'now' | 'log' | 'seal' | 'signals' | 'urls' | 'sendsTraceparent'
>

export type SentAttempt = {
  readonly delivery: Pick<DeliveryRow, 'id' | 'hook_id' | 'attempts' | 'lane'>
  readonly event: EventSeen
  readonly request: HookRequest
  readonly attempt: Attempt
  readonly startedAt: Date
  /** Of a first attempt that waited for us alone. */
  readonly lagMs: number | null
  /** Under which this node held the hook when it sent. */
  readonly epoch: number
}

export type Recorded =
  | {
      readonly kind: 'attempted'
      /** The delivery as it is to be sent again, if it is. */
      readonly again: QueuedDelivery | null
      /** Of the answer, null when there was none. */
      readonly status: number | null
      /** When the breaker closed: until when what has failed holds its key anew. */
      readonly holdUntil: number | null
    }
  /** Another node holds the hook by now, and nothing was recorded. */
  | { readonly kind: 'not_ours' }

/** What one attempt leads to, decided once however often it must be written. */
type Decisions = {
  readonly delivery: AttemptDecision
  readonly breaker: Breaker
  readonly holdUntil: Date | null
}

/** How long later deliveries of a key wait for one that failed, from its first failure (delivery 4.6). */
const holdMs = 60_000
/** Retries from here on give way to what is new. */
const lateRetryAttempts = 3
const writeAgainMs = 1000

/**
 * Writes the attempt and what follows from it in one transaction. When the store cannot be written
 * to, it tries until it can: the bytes have left, and the delivery's key is held until that is on
 * record (invariants I-3 and I-4 of delivery 4.1). Gives up only when the process stops, which
 * leaves the delivery pending.
 */
export async function recordAttempt(
  app: Delivering,
  sent: SentAttempt,
  health: Health,
): Promise<Recorded> {
  const decisions = decide(app, sent, health)
  const { outcome } = sent.attempt
  const status = outcome.kind === 'answered' ? outcome.answer.status : null
  const holdUntil = decisions.holdUntil?.getTime() ?? null
  for (;;) {
    try {
      const written = await app.store.transaction((tx) =>
        writeAttempt(app, tx, { ...sent, health }, decisions),
      )
      report(app, sent, decisions.delivery)
      if (written === 'not_ours') return { kind: 'not_ours' }
      return { kind: 'attempted', again: written, status, holdUntil }
    } catch (error) {
      app.log.error({ err: error, delivery_id: sent.delivery.id }, 'attempt.unrecorded')
      if (app.stopping.aborted) return { kind: 'attempted', again: null, status, holdUntil: null }
      await sleep(writeAgainMs, undefined, { signal: app.stopping }).catch(() => undefined)
    }
  }
}

function decide(app: Delivering, sent: SentAttempt, health: Health): Decisions {
  const { delivery, attempt, startedAt } = sent
  const now = app.now()
  const answer = attempt.outcome.kind === 'answered' ? attempt.outcome.answer : null
  const retryAfter = answer?.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  const decision = decideAttempt({
    status: answer?.status ?? null,
    retryAfter: retryAfter ?? null,
    attempts: delivery.attempts + 1,
    now,
    random: Math.random(),
  })
  const before = health.breaker
  health.breaker = decideBreaker(before, {
    isSuccess: decision.kind === 'delivered',
    startedAt: startedAt.getTime(),
    now: now.getTime(),
  })
  const closes = before.kind === 'open' && health.breaker.kind === 'closed'
  const holdUntil = closes ? new Date(now.getTime() + holdMs) : null
  return { delivery: decision, breaker: health.breaker, holdUntil }
}

async function writeAttempt(
  app: Delivering,
  tx: Tx,
  sent: SentAttempt & { readonly health: Health },
  decisions: Decisions,
): Promise<QueuedDelivery | null | 'not_ours'> {
  const { delivery, request, attempt } = sent
  const { hook_id } = delivery
  const now = app.now()
  // First, because it locks the hook's row: from here on no other node takes the hook.
  const end = await countAttempt(tx, sent, decisions, now)
  if (end === 'not_ours') return end
  const finish = finishOf(sent, decisions.delivery, now)
  const row = (await tx.first(finishDelivery, finish)) ?? (await tx.first(finishChanged, finish))
  // The repository was deleted meanwhile, and all that belonged to it.
  if (!row) return null
  await tx.first(insertAttempt, {
    ...attemptColumnsOf(request, attempt),
    delivery_id: delivery.id,
    hook_id,
    n: finish.attempts,
    trigger: delivery.lane === 'bulk' ? 'manual' : 'auto',
    started_at: sent.startedAt.toISOString(),
  })
  await writeLastResponse(tx, sent)
  const hold_until = decisions.holdUntil?.toISOString()
  if (hold_until) await tx.all(renewHolds, { hook_id, hold_until })
  await writeHookEnd(app, tx, hook_id, end)
  return end.kind !== 'disable' && row.state === 'pending' ? queuedDeliveryOf(row) : null
}

/** Nobody but the holder of a hook writes it, so what it wrote before need not be written again. */
async function writeLastResponse(
  tx: Tx,
  { delivery, attempt, health }: SentAttempt & { readonly health: Health },
): Promise<void> {
  const response = lastResponseOf(attempt.outcome)
  const text = JSON.stringify(response)
  const { lastResponse } = health
  if (lastResponse?.isDurable && lastResponse.text === text) return
  const written = { text, isDurable: false }
  health.lastResponse = written
  tx.onCommit(() => {
    written.isDurable = true
  })
  await tx.all(updateLastResponse, { hook_id: delivery.hook_id, ...response })
}

/** Counts the attempt for its hook, under the number that this node sent by; says what follows for the hook. */
async function countAttempt(
  tx: Tx,
  { delivery, epoch }: SentAttempt,
  { delivery: decision, breaker }: Decisions,
  now: Date,
): Promise<HookEnd | 'not_ours'> {
  const { hook_id } = delivery
  const counted = await tx.first(decision.kind === 'delivered' ? countSuccess : countFailure, {
    hook_id,
    epoch,
    now: now.toISOString(),
    breaker_until: breaker.kind === 'open' ? new Date(breaker.until).toISOString() : null,
    breaker_openings: breaker.kind === 'open' ? breaker.openings : 0,
  })
  // A hook that was deleted meanwhile has no row, and the attempt is on record all the same.
  if (!counted) return (await tx.first(findHookState, { hook_id })) ? 'not_ours' : { kind: 'go_on' }
  if (decision.kind === 'delivered') return { kind: 'go_on' }
  return decideHookEnd({
    isGone: decision.kind === 'gone',
    failures: counted.consecutive_failures,
    firstFailureAt: counted.first_failure_at === null ? now : new Date(counted.first_failure_at),
    warnings: counted.warnings,
    now,
  })
}

async function writeHookEnd(app: Delivering, tx: Tx, hook_id: number, end: HookEnd): Promise<void> {
  if (end.kind === 'warn') {
    await tx.first(updateWarnings, { hook_id, warnings: end.warnings })
    tx.onCommit(() => app.log.warn({ hook_id, hours: end.hours }, 'hook.failing'))
  }
  if (end.kind === 'disable') {
    const { reason } = end
    await tx.first(disableHook, { id: hook_id, now: app.now().toISOString(), reason })
    await tx.all(holdPending, { hook_id })
    tx.onCommit(() => app.log.warn({ hook_id, reason }, 'hook.disabled'))
  }
}

function finishOf({ delivery, startedAt }: SentAttempt, decision: AttemptDecision, now: Date) {
  const attempts = delivery.attempts + 1
  const isDone = decision.kind !== 'retry'
  const isLateRetry = delivery.lane === 'live' && attempts >= lateRetryAttempts
  return {
    id: delivery.id,
    attempts,
    state: stateAfter(decision),
    next_at: (decision.kind === 'retry' ? decision.at : startedAt).toISOString(),
    hold_until: isDone ? null : new Date(now.getTime() + holdMs).toISOString(),
    lane: isLateRetry ? ('retry' as const) : delivery.lane,
    lane_before: delivery.lane,
    done_at: isDone ? now.toISOString() : null,
  }
}

function stateAfter(decision: AttemptDecision): QueuedRow['state'] {
  if (decision.kind === 'delivered') return 'delivered'
  return decision.kind === 'retry' ? 'pending' : 'exhausted'
}

function report(app: Delivering, sent: SentAttempt, decision: AttemptDecision): void {
  const { delivery, attempt } = sent
  const { outcome, durationMs } = attempt
  app.signals.emit('attempt', seenOf(sent))
  const facts = {
    delivery_id: delivery.id,
    hook_id: delivery.hook_id,
    n: delivery.attempts + 1,
    outcome: outcome.kind,
    status: outcome.kind === 'answered' ? outcome.answer.status : undefined,
    ms: durationMs,
  }
  if (decision.kind === 'delivered') app.log.debug(facts, 'delivery.delivered')
  else app.log.info(facts, `delivery.${decision.kind}`)
}

function seenOf({ delivery, event, attempt, startedAt, lagMs }: SentAttempt): AttemptSeen {
  const { outcome, durationMs } = attempt
  return {
    event: { guid: event.guid, name: event.name },
    delivery_id: delivery.id,
    hook_id: delivery.hook_id,
    n: delivery.attempts + 1,
    outcome: outcome.kind,
    status: outcome.kind === 'answered' ? outcome.answer.status : 0,
    startedAt,
    durationMs,
    lagMs,
  }
}
