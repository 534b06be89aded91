import { randomUUID } from 'node:crypto'
import type { App } from '../app.ts'
import type { Tx } from '../store/engine.ts'
import type { EventRow, InstallationRow } from '../store/tables.ts'
import { insertDeliveries, insertDelivery, insertDeliveryToApp, insertEvent } from './queries.ts'

/** A repository, or where there is none, the account whose affair it is. */
type About = { readonly repository_id: number } | { readonly owner_id: number }

export type NewEvent = About & {
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
 * delivery for every active hook that listens: of the repository, of the organisation
 * that owns it, and of the Apps installed there.
 */
export async function recordEvent(
  app: Recorder,
  tx: Tx,
  event: NewEvent & { readonly repository_id: number },
): Promise<EventRow> {
  const row = await writeEvent(app, tx, event)
  await tx.all(insertDeliveries, { event_id: row.id, name: row.name })
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

/**
 * As `recordEvent`, for the App of one installation alone, whatever that listens to:
 * what is told to nobody else, such as `installation`. In an event about a repository
 * the receiver finds the installation beside the rest; one about an owner has it in
 * its payload.
 */
export async function recordEventForApp(
  app: Recorder,
  tx: Tx,
  { id, app_id }: Pick<InstallationRow, 'id' | 'app_id'>,
  event: NewEvent,
): Promise<EventRow> {
  const row = await writeEvent(app, tx, event)
  await tx.all(insertDeliveryToApp, { event_id: row.id, app_id, installation_id: id })
  return row
}

async function writeEvent(app: Recorder, tx: Tx, event: NewEvent): Promise<EventRow> {
  const about = { repository_id: null, owner_id: null, ...aboutOf(event) }
  const insert = about.owner_id === null ? insertEvent.ofRepository : insertEvent.ofOwner
  const row = await tx.first(insert, {
    ...about,
    guid: randomUUID(),
    name: event.name,
    action: 'action' in event.payload ? String(event.payload.action) : null,
    ordering_key: event.ordering_key ?? null,
    payload: Buffer.from(JSON.stringify(event.payload)),
    created_at: app.now().toISOString(),
  })
  if (!row) throw new Error('The new event was not returned')
  tx.onCommit(() => {
    app.signals.emit('deliveries')
    app.signals.emit('event', { guid: row.guid, name: row.name })
  })
  return row
}

const aboutOf = (event: NewEvent) =>
  'owner_id' in event ? { owner_id: event.owner_id } : { repository_id: event.repository_id }
