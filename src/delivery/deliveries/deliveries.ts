import type { App } from '../../app.ts'
import { Problem } from '../../lib/problem.ts'
import { Secret } from '../../lib/secret.ts'
import { authorityOf } from '../../lib/urls.ts'
import type { Tx } from '../../store/engine.ts'
import { idsOf } from '../../store/query.ts'
import type { DeliveryRow } from '../../tables/hooks.ts'
import { contextOfAttempt, traceparentOf } from '../../trace-context/trace-context.ts'
import type { ClientCertificate } from '../sender/model.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { SigningKeys } from '../signing/signing-keys.ts'
import { hookRequestOf, type RequestFacts } from './hook-request.ts'
import { type Material, Materials } from './materials.ts'
import {
  clientKeyContextOf,
  type Health,
  payloadFor,
  type QueuedDelivery,
  secretContextOf,
  type Turn,
  targetOf,
} from './model.ts'
import {
  cancelHeld,
  cancelOvertaken,
  cancelUnfinished,
  findParts,
  forgetFailures,
  holdPending,
  insertAttempt,
  markLate,
  partsMax,
  replayDelivery,
  resumeHeld,
  settleDelivery,
  tryAtOnce,
} from './queries.ts'
import {
  type Delivering,
  type DeliveringApp,
  type Recorded,
  recordAttempt,
} from './record-attempt.ts'

export type Sending = {
  readonly turn: Turn
  readonly health: Health
  /** The number under which this node holds the hook, asked for as late as may be; undefined when it does not. */
  readonly findEpoch: () => number | undefined
}

export type Delivered =
  | Recorded
  /** It was not to be sent after all. */
  | { readonly kind: 'settled' }
  /** Something failed on our side, and it is to be tried again later. */
  | { readonly kind: 'broken'; readonly again: QueuedDelivery }

/** Larger events are recorded as such and not sent (contract 6.5). */
const payloadBytesMax = 25 * 1024 * 1024

/** What delivering needs beside the app, for as long as a dispatcher lives. */
export const deliveringWith = (
  app: DeliveringApp,
  parts: Pick<Delivering, 'sender' | 'stopping'>,
): Delivering => ({
  ...app,
  ...parts,
  keys: new SigningKeys(app.seal),
  materials: new Materials(app.store),
})

/** Sends one delivery and records how it went. The outcome is durable when this resolves. */
export async function deliver(
  app: Delivering,
  { turn, health, findEpoch }: Sending,
): Promise<Delivered> {
  const { delivery, overtaken } = turn
  const material = await app.materials.find(delivery.id)
  if (material?.state !== 'pending') return { kind: 'settled' }
  const reason = reasonNotToSend(material)
  if (reason) {
    await settle(app, material.id, reason)
    return { kind: 'settled' }
  }
  if (overtaken.length > 0) await recordOvertaking(app, overtaken)
  const request = hookRequestOf(requestFactsOf(app, material))
  const epoch = findEpoch()
  if (epoch === undefined) return { kind: 'not_ours' }
  const startedAt = app.now()
  const lagMs = lagOf(material, health, startedAt)
  const attempt = await app.sender.send(request, timeoutMsOf(material))
  const sent = {
    delivery: material,
    event: material.event,
    request,
    attempt,
    startedAt,
    lagMs,
    epoch,
  }
  return await recordAttempt(app, sent, health)
}

const secondMs = 1000

/** Undefined for what is usual. */
const timeoutMsOf = ({ timeout_seconds }: Material) =>
  timeout_seconds === null ? undefined : timeout_seconds * secondMs

/**
 * How long a first attempt was due to us alone: not behind an open breaker, and not while the hook
 * was switched off, which its row has been changed since.
 */
function lagOf(material: Material, { breaker }: Health, startedAt: Date): number | null {
  const { attempts, lane, created_at, hook_updated_at } = material
  if (attempts > 0 || lane !== 'live' || breaker.kind === 'open') return null
  if (hook_updated_at === null || hook_updated_at > created_at) return null
  return Math.max(startedAt.getTime() - Date.parse(created_at), 0)
}

function reasonNotToSend(material: Material): DeliveryRow['state'] | null {
  if (material.url === null) return 'cancelled'
  if (!material.active) return 'held'
  return material.event.payload.byteLength > payloadBytesMax ? 'too_large' : null
}

async function settle(app: Delivering, id: number, state: DeliveryRow['state']): Promise<void> {
  const done_at = state === 'held' ? null : app.now().toISOString()
  await app.store.transaction((tx) => tx.first(settleDelivery, { id, state, done_at }))
  app.log.info({ delivery_id: id, state }, 'delivery.settled')
}

/**
 * Ends deliveries that processes died of while they sent them. They stay on record with an attempt that
 * says so, and can be sent again by hand.
 */
export async function quarantine(
  app: Pick<App, 'store' | 'now' | 'log'>,
  ids: readonly number[],
): Promise<void> {
  for (const id of ids) {
    const [parts] = await app.store.read.all(findParts, idsOf([id], partsMax))
    if (parts?.state !== 'pending') continue
    const started_at = app.now().toISOString()
    await app.store.transaction(async (tx) => {
      await tx.first(settleDelivery, { id, state: 'exhausted', done_at: started_at })
      await tx.first(insertAttempt, {
        ...quarantined,
        ...{ delivery_id: id, hook_id: parts.hook_id, n: parts.attempts + 1, started_at },
        url: parts.url ?? '',
      })
    })
    app.log.error({ delivery_id: id }, 'delivery.quarantined')
  }
}

const quarantined = {
  trigger: 'auto',
  duration_ms: 0,
  status_code: 0,
  status:
    'Not sent again: the server stopped three times while it sent this. Redeliver it by hand.',
  error_class: 'quarantined',
  request_headers: '[]',
  response_headers: '[]',
  response_body: Buffer.alloc(0),
  body_bytes: 0,
  truncated: 0,
  remote_address: null,
  reused_socket: 0,
} as const

/** Before the later one is sent, so that it is on record whatever happens then (invariant I-4). */
async function recordOvertaking(app: Delivering, ids: readonly number[]): Promise<void> {
  await app.store.transaction(async (tx) => {
    for (const id of ids) await tx.first(markLate, { id })
  })
  app.signals.emit('late', ids.length)
}

function requestFactsOf(app: Delivering, material: Material): RequestFacts {
  const { guid, name, ordering_key, sequence, owner_id, payload } = material.event
  const { installation_id } = material
  const subject = ordering_key?.split(':').at(-1)
  const now = app.now()
  return {
    event: { guid, name, payload: payloadFor({ payload, owner_id, installation_id }) },
    hook: {
      id: material.hook_id,
      url: material.url ?? '',
      contentType: material.content_type ?? 'form',
      keys: keysOf(app, material, now.toISOString()),
      isStandard: material.standard_webhooks === 1,
      isTlsVerified: material.insecure_ssl !== 1,
      clientCertificate: clientCertificateOf(app, material),
    },
    target: targetOf(material),
    host: authorityOf(app.urls),
    sequence: subject === undefined ? null : `${subject}.${sequence}`,
    isLate: material.late === 1,
    traceparent: app.sendsTraceparent ? traceparentOf(contextOf(material)) : null,
    sentAt: now,
  }
}

const contextOf = ({ event, id, attempts }: Material) =>
  contextOfAttempt(event.guid, id, attempts + 1)

function keysOf({ keys }: Delivering, material: Material, now: string): readonly SigningKey[] {
  const { secret, previous_secret, previous_secret_until } = material
  const isPreviousGood = previous_secret_until !== null && previous_secret_until > now
  const sealed = [secret, isPreviousGood ? previous_secret : null]
  const context = secretContextOf(targetOf(material))
  return sealed.flatMap((one) => (one === null ? [] : [keys.find(one, context)]))
}

function clientCertificateOf(app: Delivering, material: Material): ClientCertificate | null {
  const { client_certificate: certificate, client_key } = material
  if (certificate === null || client_key === null) return null
  const key = new Secret(app.seal.open(client_key, clientKeyContextOf(targetOf(material))))
  return { certificate, key }
}

type Changing = Pick<App, 'now' | 'signals'>

/** For a hook that is switched off: what is pending waits for it to be switched on again. */
export async function holdDeliveries(app: Changing, tx: Tx, hookId: number): Promise<void> {
  await tx.all(holdPending, { hook_id: hookId })
  tellDispatcher(app, tx, hookId)
}

/** What of the held deliveries is sent once the hook is on again; `latest` is the newest of each deployment. */
export type Backlog = 'all' | 'latest' | 'none'

export type Resumed = { readonly resumed: number; readonly cancelled: number }

/**
 * For a hook that is switched on: what was held is pending again, as far as it is wanted, and the
 * rest ends as cancelled. Its failures are forgotten. Gives how many there were of each.
 */
export async function resumeDeliveries(
  app: Changing,
  tx: Tx,
  hookId: number,
  backlog: Backlog = 'all',
): Promise<Resumed> {
  const done = { hook_id: hookId, now: app.now().toISOString() }
  await tx.first(forgetFailures, { hook_id: hookId })
  const unwanted = { all: null, latest: cancelOvertaken, none: cancelHeld }[backlog]
  const cancelled = unwanted ? await tx.all(unwanted, done) : []
  const resumed = await tx.all(resumeHeld, { hook_id: hookId })
  tellDispatcher(app, tx, hookId)
  return { resumed: resumed.length, cancelled: cancelled.length }
}

/** For a hook that is deleted: its deliveries end, and stay on record (invariant I-8 of delivery 4.1). */
export async function cancelDeliveries(app: Changing, tx: Tx, hookId: number): Promise<void> {
  await tx.all(cancelUnfinished, { hook_id: hookId, now: app.now().toISOString() })
  tellDispatcher(app, tx, hookId)
}

/**
 * Sends a delivery again, as soon as may be, whatever came of it before: the same event with the
 * same GUID and the same bytes. Somebody thinks that the receiver is well, so it is tried even
 * where it was being left alone. Throws an `invalid` Problem for one that can never be sent.
 */
export async function redeliver(
  app: Changing & Pick<App, 'store'>,
  delivery: { readonly id: number; readonly hook_id: number },
): Promise<void> {
  const now = app.now().toISOString()
  await app.store.transaction(async (tx) => {
    const row = await tx.first(replayDelivery, { id: delivery.id, now })
    if (!row)
      throw new Problem('invalid', 'This delivery cannot be sent: its payload exceeds 25 MB')
    await tx.first(tryAtOnce, { hook_id: delivery.hook_id, now })
    tellDispatcher(app, tx, delivery.hook_id)
  })
}

const tellDispatcher = (app: Changing, tx: Tx, hookId: number) =>
  tx.onCommit(() => app.signals.emit('hook', hookId))
