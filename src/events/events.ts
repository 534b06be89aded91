import { randomUUID } from 'node:crypto'
import type { App } from '../app.ts'
import type { Tx } from '../store/engine.ts'
import type { EventRow } from '../store/tables.ts'
import { insertDeliveries, insertDelivery, insertEvent } from './queries.ts'

export type NewEvent = {
  readonly repository_id: number
  /** GitHub's name: what `X-GitHub-Event` says. */
  readonly name: string
  readonly payload: object
  /** Events with the same key reach a hook in the order they happened. */
  readonly ordering_key?: string
}

type Recorder = Pick<App, 'now' | 'signals'>

/**
 * Call inside the transaction that made it true: no change without its event, no
 * event without its change. Renders the exact bytes that will be sent (a webhook
 * tells what was true then, and a redelivery must send the same), and writes a
 * delivery for every active hook that listens.
 */
export async function recordEvent(app: Recorder, tx: Tx, event: NewEvent): Promise<EventRow> {
  const row = await writeEvent(app, tx, event)
  await tx.all(insertDeliveries, {
    event_id: row.id,
    repository_id: event.repository_id,
    name: row.name,
    created_at: row.created_at,
  })
  return row
}

/** As `recordEvent`, for one hook alone and whatever it listens to: `ping`. */
export async function recordEventFor(
  app: Recorder,
  tx: Tx,
  hookId: number,
  event: NewEvent,
): Promise<EventRow> {
  const row = await writeEvent(app, tx, event)
  await tx.all(insertDelivery, { event_id: row.id, hook_id: hookId, created_at: row.created_at })
  return row
}

async function writeEvent(app: Recorder, tx: Tx, event: NewEvent): Promise<EventRow> {
  const row = await tx.first(insertEvent, {
    guid: randomUUID(),
    repository_id: event.repository_id,
    name: event.name,
    action: 'action' in event.payload ? String(event.payload.action) : null,
    ordering_key: event.ordering_key ?? null,
    payload: Buffer.from(JSON.stringify(event.payload)),
    created_at: app.now().toISOString(),
  })
  if (!row) throw new Error('The new event was not returned')
  tx.onCommit(() => app.signals.emit('deliveries'))
  return row
}
