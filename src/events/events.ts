import type { App } from '../app.ts'
import { jsonOf } from '../recent/kept-json.ts'
import type { Db, Tx } from '../store/engine.ts'
import { newGuid } from '../store/guid.ts'
import type { EventRow } from '../tables/events.ts'
import type { InstallationRow } from '../tables/programs.ts'
import { isHeard } from './decide-filter.ts'
import { type DeploymentFacts, factsOf, parseFilter } from './model.ts'
import {
  deleteDelivery,
  hooksHearingInactive,
  hooksOfCdEvents,
  insertDeliveries,
  insertDelivery,
  insertDeliveryToApp,
  insertEvent,
  type RecordedEvent,
} from './queries.ts'

/** A repository, or where there is none, the account whose affair it is. */
type About = { readonly repository_id: number } | { readonly owner_id: number }

export type NewEvent = About & {
  /** GitHub's name: what `X-GitHub-Event` says. */
  readonly name: string
  /** Where the payload has it in itself. */
  readonly guid?: string
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
 * that owns it, and of the Apps installed there. What a hook's filter keeps from it
 * has no delivery, and so no place in its queue.
 */
export async function recordEvent(
  app: Recorder,
  tx: Tx,
  event: NewEvent & { readonly repository_id: number },
): Promise<RecordedEvent> {
  const row = await writeEvent(app, tx, event, 'all')
  const of = { ...row, repository_id: event.repository_id }
  const written = await tx.all(insertDeliveries, of)
  for (const { id, filter } of written) {
    if (!isWanted(filter, event)) await tx.all(deleteDelivery, { id })
  }
  return row
}

/**
 * An `inactive` status, of which GitHub tells nobody (contract D11): for those hooks that
 * asked to hear of it. Where there are none nothing is written, and the payload not even made.
 */
export async function recordInactive(
  app: Recorder,
  tx: Tx,
  about: Omit<NewEvent, 'payload'> & { readonly repository_id: number },
  findPayload: () => Promise<object>,
): Promise<void> {
  const hooks = await tx.all(hooksHearingInactive, about)
  if (hooks.length === 0) return
  const event = { ...about, payload: await findPayload() }
  const wanting = hooks.filter(({ filter }) => isWanted(filter, event))
  if (wanting.length === 0) return
  await recordEventForHooks(app, tx, wanting, event)
}

/** A hook, and the installation that an App's hears by where it is to be told of that. */
type Hearing = { readonly hook: number; readonly installation: number | null }

/** As `recordEvent`, for these hooks alone and whatever they listen to. */
export async function recordEventForHooks(
  app: Recorder,
  tx: Tx,
  hooks: readonly Hearing[],
  event: NewEvent,
): Promise<void> {
  const { id: event_id, ordering_key, created_at } = await writeEvent(app, tx, event, 'one')
  for (const { hook: hook_id, installation: installation_id } of hooks) {
    const delivery = { event_id, hook_id, installation_id, ordering_key, created_at }
    await tx.all(insertDelivery, delivery)
  }
}

/** Those that would hear of a repository's deployment statuses, and want CDEvents in their place. */
export const findHooksOfCdEvents = (db: Db, repository_id: number) =>
  db.all(hooksOfCdEvents, { repository_id, name: 'deployment_status' })

const isWanted = (filter: string | null, { name, payload }: NewEvent): boolean =>
  filter === null || isHeard(parseFilter(filter), factsOf(name, payload))

/** Whether a hook's filter lets it hear of this. */
export const isLetThrough = (filter: string | null, facts: DeploymentFacts): boolean =>
  filter === null || isHeard(parseFilter(filter), facts)

/** As `recordEvent`, for one hook alone and whatever it listens to: `ping`. */
export async function recordEventFor(
  app: Recorder,
  tx: Tx,
  hookId: number,
  event: NewEvent,
): Promise<RecordedEvent> {
  const row = await writeEvent(app, tx, event, 'one')
  const { id, created_at } = row
  const one = { event_id: id, hook_id: hookId, installation_id: null, ordering_key: null }
  await tx.all(insertDelivery, { ...one, created_at })
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
): Promise<RecordedEvent> {
  const row = await writeEvent(app, tx, event, 'one')
  await tx.all(insertDeliveryToApp, { ...row, app_id, installation_id: id })
  return row
}

async function writeEvent(
  app: Recorder,
  tx: Tx,
  event: NewEvent,
  audience: EventRow['audience'],
): Promise<RecordedEvent> {
  const now = app.now()
  const about = { repository_id: null, owner_id: null, ...aboutOf(event) }
  const insert = about.owner_id === null ? insertEvent.ofRepository : insertEvent.ofOwner
  const row = await tx.first(insert, {
    ...about,
    guid: event.guid ?? newGuid(now),
    name: event.name,
    action: 'action' in event.payload ? String(event.payload.action) : null,
    ordering_key: event.ordering_key ?? null,
    payload: Buffer.from(jsonOf(event.payload)),
    audience,
    created_at: now.toISOString(),
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
