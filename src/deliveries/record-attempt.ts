import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt, HookRequest } from '../sender/model.ts'
import type { Tx } from '../store/engine.ts'
import type { DeliveryRow } from '../store/tables.ts'
import { attemptColumnsOf, lastResponseOf } from './attempt-record.ts'
import { type AttemptDecision, decideAttempt } from './decide-attempt.ts'
import type { Delivering } from './deliver.ts'
import type { QueuedDelivery } from './model.ts'
import {
  countFailure,
  countSuccess,
  disableHook,
  finishChanged,
  finishDelivery,
  holdPending,
  insertAttempt,
  type QueuedRow,
  updateLastResponse,
} from './queries.ts'

export type SentAttempt = {
  readonly delivery: Pick<DeliveryRow, 'id' | 'hook_id' | 'attempts' | 'lane'>
  readonly request: HookRequest
  readonly attempt: Attempt
  readonly startedAt: Date
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
 * leaves the delivery pending. Resolves to the row to be sent again, if it is.
 */
export async function recordAttempt(
  app: Delivering,
  sent: SentAttempt,
): Promise<QueuedDelivery | null> {
  const decision = decide(app, sent)
  for (;;) {
    try {
      const row = await app.store.transaction((tx) => writeAttempt(app, tx, sent, decision))
      report(app, sent, decision)
      return row?.state === 'pending' ? queuedDeliveryOf(row) : null
    } catch (error) {
      app.log.error({ err: error, delivery_id: sent.delivery.id }, 'attempt.unrecorded')
      if (app.stopping.aborted) return null
      await sleep(writeAgainMs, undefined, { signal: app.stopping }).catch(() => undefined)
    }
  }
}

export const queuedDeliveryOf = (row: QueuedRow): QueuedDelivery => ({
  id: row.id,
  hookId: row.hook_id,
  orderingKey: row.ordering_key,
  nextAt: Date.parse(row.next_at),
  holdUntil: row.hold_until === null ? null : Date.parse(row.hold_until),
  isReplay: row.lane === 'bulk',
})

function decide(app: Delivering, { delivery, attempt }: SentAttempt): AttemptDecision {
  const answer = attempt.outcome.kind === 'answered' ? attempt.outcome.answer : null
  const retryAfter = answer?.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  return decideAttempt({
    status: answer?.status ?? null,
    retryAfter: retryAfter ?? null,
    attempts: delivery.attempts + 1,
    now: app.now(),
    random: Math.random(),
  })
}

async function writeAttempt(
  app: Delivering,
  tx: Tx,
  sent: SentAttempt,
  decision: AttemptDecision,
): Promise<QueuedRow | undefined> {
  const { delivery, request, attempt } = sent
  const now = app.now()
  const { id, hook_id } = delivery
  const finish = finishOf(sent, decision, now)
  const row = (await tx.first(finishDelivery, finish)) ?? (await tx.first(finishChanged, finish))
  // The repository was deleted meanwhile, and all that belonged to it.
  if (!row) return undefined
  await tx.first(insertAttempt, {
    ...attemptColumnsOf(request, attempt),
    delivery_id: id,
    hook_id,
    n: finish.attempts,
    trigger: delivery.lane === 'bulk' ? 'manual' : 'auto',
    started_at: sent.startedAt.toISOString(),
  })
  await tx.first(updateLastResponse, { hook_id, ...lastResponseOf(attempt.outcome) })
  const count = decision.kind === 'delivered' ? countSuccess : countFailure
  await tx.first(count, { hook_id, now: now.toISOString() })
  if (decision.kind === 'gone') {
    const reason = 'The receiver answered 410 Gone'
    await tx.first(disableHook, { id: hook_id, now: now.toISOString(), reason })
    await tx.all(holdPending, { hook_id })
  }
  return row
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

function stateAfter(decision: AttemptDecision): 'delivered' | 'pending' | 'exhausted' {
  if (decision.kind === 'delivered') return 'delivered'
  return decision.kind === 'retry' ? 'pending' : 'exhausted'
}

function report(
  app: Delivering,
  { delivery, attempt }: SentAttempt,
  decision: AttemptDecision,
): void {
  const { outcome, durationMs } = attempt
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
