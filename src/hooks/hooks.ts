import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import {
  type Backlog,
  cancelDeliveries,
  holdDeliveries,
  type Resumed,
  resumeDeliveries,
} from '../deliveries/deliveries.ts'
import { secretContextOf } from '../deliveries/model.ts'
import { recordEventFor } from '../events/events.ts'
import type { Page } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { addressPolicyFor } from '../network/address-policy.ts'
import { parseHookUrl } from '../network/hook-url.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db, Tx } from '../store/engine.ts'
import { decideHook, editedEvents, eventsOf, type UrlVerdict } from './decide-hook.ts'
import { type ConfigEdit, type Hook, type HookEdit, type NewHook, secretMask } from './model.ts'
import { pingPayload } from './payload.ts'
import {
  deleteHook,
  deleteHookEvents,
  type HookSettings,
  hookById,
  hooksOfRepository,
  insertHook,
  insertHookEvent,
  insertHookState,
  newestPush,
  subscriptionsOf,
  updateHook,
} from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'seal' | 'urls' | 'webhookAllow'>

/** Throws `not_found`. */
export async function findHook(db: Db, repository: Repository, id: number): Promise<Hook> {
  const row = await db.first(hookById, { id, repository_id: repository.id })
  if (!row) throw notFound()
  const events = (await findSubscriptions(db, repository)).get(id)?.events ?? []
  return { ...row, events }
}

/** One page of a repository's hooks, oldest first, and how many there are in all. */
export async function findHooks(
  db: Db,
  repository: Repository,
  page: Page,
): Promise<{ hooks: Hook[]; total: number }> {
  const { limit, offset } = page
  const rows = await db.all(hooksOfRepository, { repository_id: repository.id, limit, offset })
  const subscriptions = await findSubscriptions(db, repository)
  const hooks = rows.map((row) => ({ ...row, events: subscriptions.get(row.id)?.events ?? [] }))
  return { hooks, total: subscriptions.size }
}

/** Makes the hook and its first event, a ping. Throws `invalid` in GitHub's words (contract 6.4). */
export async function createHook(
  app: Changing,
  repository: Repository,
  request: NewHook,
  creator: Account,
): Promise<Hook> {
  const { name, config } = request
  const now = app.now().toISOString()
  const events = eventsOf(request.events)
  return await app.store.transaction(async (tx) => {
    await refuseFaults(app, tx, repository, { id: null, name, url: config.url, events })
    const row = await tx.first(insertHook, {
      ...settingsOf(app, repository, config, null),
      active: request.active ? 1 : 0,
      repository_id: repository.id,
      created_at: now,
      updated_at: now,
    })
    if (!row) throw new Error('The new hook was not returned')
    await tx.first(insertHookState, { hook_id: row.id })
    await writeEvents(tx, row.id, events)
    const hook = { ...row, events }
    await writePing(app, tx, { hook, repository, sender: creator })
    return hook
  }, repository.id)
}

/** `config` and `events` replace what is there (contract 6.2). Throws `not_found` and `invalid`. */
export async function editHook(
  app: Changing,
  repository: Repository,
  id: number,
  edit: HookEdit,
): Promise<Hook> {
  return await app.store.transaction(async (tx) => {
    const before = await findHook(tx, repository, id)
    const events = editedEvents(before.events, edit)
    const config = edit.config ? settingsOf(app, repository, edit.config, before) : before
    const active = edit.active === undefined ? before.active : edit.active ? 1 : 0
    const url = edit.config ? edit.config.url : before.url
    await refuseFaults(app, tx, repository, { id, name: 'web', url, events })
    return await writeHook(app, tx, before, { ...config, active, events })
  }, repository.id)
}

/** What the edit does not name stays. Throws `not_found` and `invalid`. */
export async function editHookConfig(
  app: Changing,
  repository: Repository,
  id: number,
  edit: ConfigEdit,
): Promise<Hook> {
  return await app.store.transaction(async (tx) => {
    const before = await findHook(tx, repository, id)
    const kept = { ...before, secret: secretMask }
    const config = settingsOf(app, repository, { ...kept, ...edit }, before)
    const { events, active } = before
    await refuseFaults(app, tx, repository, { id, name: 'web', url: config.url, events })
    return await writeHook(app, tx, before, { ...config, active, events })
  }, repository.id)
}

/** Switches the hook on, with as much of what was held for it as is wanted. Throws `not_found`. */
export async function resumeHook(
  app: Changing,
  repository: Repository,
  id: number,
  backlog: Backlog,
): Promise<Resumed> {
  const updated_at = app.now().toISOString()
  return await app.store.transaction(async (tx) => {
    const before = await findHook(tx, repository, id)
    await tx.first(updateHook, { ...before, active: 1, updated_at })
    return await resumeDeliveries(app, tx, id, backlog)
  }, repository.id)
}

/** Throws `not_found`. */
export async function removeHook(app: Changing, repository: Repository, id: number): Promise<void> {
  await app.store.transaction(async (tx) => {
    await findHook(tx, repository, id)
    await cancelDeliveries(app, tx, id)
    await tx.first(deleteHook, { id })
  }, repository.id)
}

/** Throws `not_found`. */
export async function pingHook(
  app: Changing,
  repository: Repository,
  id: number,
  sender: Account,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const hook = await findHook(tx, repository, id)
    await writePing(app, tx, { hook, repository, sender })
  }, repository.id)
}

/** Sends the last push once more, if there is one and the hook listens to pushes. Throws `not_found`. */
export async function testHook(app: Changing, repository: Repository, id: number): Promise<void> {
  const hook = await findHook(app.store.read, repository, id)
  const push = await app.store.read.first(newestPush, { repository_id: repository.id })
  if (!push || !['push', '*'].some((name) => hook.events.includes(name))) return
  const payload = parseStored(push.payload)
  await app.store.transaction(
    (tx) => recordEventFor(app, tx, id, { repository_id: repository.id, name: 'push', payload }),
    repository.id,
  )
}

const parseStored = (payload: Uint8Array) =>
  JSON.parse(Buffer.from(payload).toString('utf8')) as object

type Subscription = { readonly url: string; readonly events: string[] }

/** Every hook of the repository by id, with what it listens to. */
async function findSubscriptions(
  db: Db,
  repository: Repository,
): Promise<Map<number, Subscription>> {
  const found = new Map<number, Subscription>()
  for (const { id, url, event } of await db.all(subscriptionsOf, {
    repository_id: repository.id,
  })) {
    const subscription = found.get(id) ?? { url, events: [] }
    found.set(id, subscription)
    if (event !== null) subscription.events.push(event)
  }
  return found
}

type Wanted = {
  readonly id: number | null
  readonly name: string
  readonly url: string | undefined
  readonly events: readonly string[]
}

async function refuseFaults(
  app: Changing,
  tx: Tx,
  repository: Repository,
  wanted: Wanted,
): Promise<void> {
  const subscriptions = await findSubscriptions(tx, repository)
  if (wanted.id !== null) subscriptions.delete(wanted.id)
  const verdict = verdictOf(app, wanted.url ?? '')
  const problems = decideHook({ ...wanted, verdict, others: [...subscriptions.values()] })
  if (problems.length > 0) throw new Problem('invalid', 'Validation Failed', problems)
}

const verdictOf = (app: Changing, url: string): UrlVerdict =>
  parseHookUrl(url, addressPolicyFor(app.webhookAllow))

/** A config as columns: what it lacks has GitHub's default, and the mask stands for the secret that is there. */
function settingsOf(
  app: Changing,
  repository: Repository,
  config: ConfigEdit,
  before: Hook | null,
): Omit<HookSettings, 'active' | 'updated_at'> {
  const { url = '', content_type = 'form', insecure_ssl = 0, secret = '' } = config
  const context = secretContextOf(repository.id)
  const sealed = secret === '' ? null : app.seal.seal(secret, context)
  const isKept = secret === secretMask && before !== null
  return { url, content_type, insecure_ssl, secret: isKept ? before.secret : sealed }
}

async function writeHook(
  app: Changing,
  tx: Tx,
  before: Hook,
  after: Omit<HookSettings, 'updated_at'> & { readonly events: readonly string[] },
): Promise<Hook> {
  const { id } = before
  const row = await tx.first(updateHook, { ...after, id, updated_at: app.now().toISOString() })
  if (!row) throw new Error('The changed hook was not returned')
  await tx.all(deleteHookEvents, { hook_id: id })
  await writeEvents(tx, id, after.events)
  if (before.active && !after.active) await holdDeliveries(app, tx, id)
  if (!before.active && after.active) await resumeDeliveries(app, tx, id)
  return { ...row, events: after.events }
}

async function writeEvents(tx: Tx, hook_id: number, events: readonly string[]): Promise<void> {
  for (const event of events) await tx.first(insertHookEvent, { hook_id, event })
}

type Ping = { readonly hook: Hook; readonly repository: Repository; readonly sender: Account }

async function writePing(app: Changing, tx: Tx, { hook, repository, sender }: Ping): Promise<void> {
  const payload = pingPayload(hook, repository, sender, app.urls)
  await recordEventFor(app, tx, hook.id, { repository_id: repository.id, name: 'ping', payload })
}
