import type { App } from '../app.ts'
import { Secret } from '../lib/secret.ts'
import type { Sender } from '../sender/sender.ts'
import type { DeliveryRow } from '../store/tables.ts'
import { hookRequestOf, type RequestFacts } from './hook-request.ts'
import { payloadFor, type QueuedDelivery, secretContextOf, type Turn, targetOf } from './model.ts'
import { findMaterial, type Material, markLate, settleDelivery } from './queries.ts'
import { recordAttempt } from './record-attempt.ts'

export type Delivering = Pick<App, 'store' | 'now' | 'log' | 'seal'> & {
  readonly sender: Sender
  /** Aborted when the process is to end: nothing new is begun. */
  readonly stopping: AbortSignal
}

/** What became of a turn: whether the delivery is to be sent again, and how the receiver bore it. */
export type Delivered = {
  readonly again: QueuedDelivery | null
  /** The status of the answer, null when there was none; undefined when nothing was sent. */
  readonly status?: number | null
}

/** Larger events are recorded as such and not sent (contract 6.5). */
const payloadBytesMax = 25 * 1024 * 1024

/** Sends one delivery and records how it went. The outcome is durable when this resolves. */
export async function deliver(app: Delivering, { delivery, overtaken }: Turn): Promise<Delivered> {
  const material = await app.store.read.first(findMaterial, { id: delivery.id })
  if (material?.state !== 'pending') return { again: null }
  const reason = reasonNotToSend(material)
  if (reason) {
    await settle(app, material.id, reason)
    return { again: null }
  }
  if (overtaken.length > 0) await recordOvertaking(app, overtaken)
  const request = hookRequestOf(requestFactsOf(app, material))
  const startedAt = app.now()
  const attempt = await app.sender.send(request)
  const again = await recordAttempt(app, { delivery: material, request, attempt, startedAt })
  const { outcome } = attempt
  return { again, status: outcome.kind === 'answered' ? outcome.answer.status : null }
}

function reasonNotToSend(material: Material): DeliveryRow['state'] | null {
  if (material.url === null) return 'cancelled'
  if (!material.active) return 'held'
  return material.payload.byteLength > payloadBytesMax ? 'too_large' : null
}

async function settle(app: Delivering, id: number, state: DeliveryRow['state']): Promise<void> {
  const done_at = state === 'held' ? null : app.now().toISOString()
  await app.store.transaction((tx) => tx.first(settleDelivery, { id, state, done_at }))
  app.log.info({ delivery_id: id, state }, 'delivery.settled')
}

/** Before the later one is sent, so that it is on record whatever happens then (invariant I-4). */
async function recordOvertaking(app: Delivering, ids: readonly number[]): Promise<void> {
  await app.store.transaction(async (tx) => {
    for (const id of ids) await tx.first(markLate, { id })
  })
}

function requestFactsOf(app: Delivering, material: Material): RequestFacts {
  const { secret, ordering_key } = material
  const target = targetOf(material)
  const context = secretContextOf(target)
  const subject = ordering_key?.split(':').at(-1)
  return {
    event: { ...material, payload: payloadFor(material) },
    hook: {
      id: material.hook_id,
      url: material.url ?? '',
      contentType: material.content_type ?? 'form',
      secret: secret === null ? null : new Secret(app.seal.open(secret, context)),
      isTlsVerified: material.insecure_ssl !== 1,
    },
    target,
    sequence: subject === undefined ? null : `${subject}.${material.sequence}`,
    isLate: material.late === 1,
  }
}
