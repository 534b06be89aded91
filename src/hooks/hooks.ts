import type { Account } from '../accounts/model.ts'
import { eventsIn } from '../apps/payload.ts'
import { recordAudit } from '../audit/audit.ts'
import {
  type Backlog,
  cancelDeliveries,
  type Resumed,
  resumeDeliveries,
} from '../delivery/deliveries/deliveries.ts'
import { recordEventFor } from '../events/events.ts'
import type { Repository } from '../repositories/model.ts'
import type { Tx } from '../store/engine.ts'
import type { AppRow } from '../tables/programs.ts'
import { editedEvents } from './decide-hook.ts'
import { findHook, findHookAmong, findSubscriptions } from './find-hooks.ts'
import {
  aboutOf,
  type ConfigEdit,
  type Holder,
  type Hook,
  type HookEdit,
  holderOfApp,
  holderOfRepository,
  lockOf,
  type NewHook,
  secretMask,
} from './model.ts'
import { deleteHook, newestPush, updateHook } from './queries.ts'
import {
  type Changing,
  refuseFaults,
  settingsOf,
  writeHook,
  writeNewHook,
  writePing,
} from './write-hook.ts'

/** Makes the hook and its first event, a ping. Throws `invalid` in GitHub's words (contract 6.4). */
export async function createHook(
  app: Changing,
  holder: Holder,
  request: NewHook,
  creator: Account,
): Promise<Hook> {
  return await change(app, holder, (tx) => writeNewHook(app, tx, { holder, request, creator }))
}

type NewAppHook = ConfigEdit & { readonly events: readonly string[]; readonly active?: boolean }

/**
 * Gives a GitHub App its hook, and pings it: a part of its registration, in the same
 * transaction. What reaches it is what its installations are granted. Throws `invalid`.
 */
export async function createAppHook(
  app: Changing,
  tx: Tx,
  integration: AppRow,
  { events, active = true, ...given }: NewAppHook,
): Promise<Hook> {
  const config = { content_type: 'json' as const, ...given }
  const request = { name: 'web', config, events: [...events], active }
  return await writeNewHook(app, tx, { holder: holderOfApp(integration), request, creator: null })
}

/** The hook of an App that was registered without an address. Undefined where there is one. */
export async function createMissingHook(
  app: Changing,
  holder: Holder,
  config: ConfigEdit,
): Promise<Hook | undefined> {
  if (holder.type !== 'integration' || config.url === undefined) return undefined
  return await change(app, holder, async (tx) => {
    if ((await findSubscriptions(tx, holder)).size > 0) return undefined
    return await createAppHook(app, tx, holder.app, {
      ...config,
      events: eventsIn(holder.app.events),
    })
  })
}

/** `config` and `events` replace what is there (contract 6.2). Throws `not_found` and `invalid`. */
export async function editHook(
  app: Changing,
  holder: Holder,
  id: number,
  edit: HookEdit,
): Promise<Hook> {
  return await change(app, holder, async (tx) => {
    const { hook: before, others } = await findHookAmong(tx, holder, id)
    const events = editedEvents(before.events, edit)
    const config = edit.config ? settingsOf(app, holder, edit.config, before) : before
    const active = edit.active === undefined ? before.active : edit.active ? 1 : 0
    const url = edit.config ? edit.config.url : before.url
    refuseFaults(app, holder, { name: 'web', url, events, others })
    return await writeHook(app, tx, before, { ...config, active, events })
  })
}

/** What the edit does not name stays. Throws `not_found` and `invalid`. */
export async function editHookConfig(
  app: Changing,
  holder: Holder,
  id: number,
  edit: ConfigEdit,
): Promise<Hook> {
  return await change(app, holder, async (tx) => {
    const { hook: before, others } = await findHookAmong(tx, holder, id)
    const kept = { ...before, secret: secretMask }
    const config = settingsOf(app, holder, { ...kept, ...edit }, before)
    const { events, active } = before
    refuseFaults(app, holder, { name: 'web', url: config.url, events, others })
    return await writeHook(app, tx, before, { ...config, active, events })
  })
}

/** Switches the hook on, with as much of what was held for it as is wanted. Throws `not_found`. */
export async function resumeHook(
  app: Changing,
  holder: Holder,
  id: number,
  backlog: Backlog,
): Promise<Resumed> {
  const updated_at = app.now().toISOString()
  return await change(app, holder, async (tx) => {
    const before = await findHook(tx, holder, id)
    await tx.first(updateHook, { ...before, active: 1, updated_at })
    const line = { ...aboutOf(holder), action: 'hook.resume', subject: `hook ${id}` }
    await recordAudit(app, tx, line)
    return await resumeDeliveries(app, tx, id, backlog)
  })
}

/** Throws `not_found`. */
export async function removeHook(app: Changing, holder: Holder, id: number): Promise<void> {
  await change(app, holder, async (tx) => {
    await findHook(tx, holder, id)
    await cancelDeliveries(app, tx, id)
    await tx.first(deleteHook, { id })
    const line = { ...aboutOf(holder), action: 'hook.delete', subject: `hook ${id}` }
    await recordAudit(app, tx, line)
  })
}

/** Throws `not_found`. */
export async function pingHook(
  app: Changing,
  holder: Holder,
  id: number,
  sender: Account,
): Promise<void> {
  await change(app, holder, async (tx) => {
    const hook = await findHook(tx, holder, id)
    await writePing(app, tx, { hook, holder, sender })
  })
}

/** Sends the last push once more, if there is one and the hook listens to pushes. Throws `not_found`. */
export async function testHook(app: Changing, repository: Repository, id: number): Promise<void> {
  const hook = await findHook(app.store.read, holderOfRepository(repository), id)
  const push = await app.store.read.first(newestPush, { repository_id: repository.id })
  if (!push || !['push', '*'].some((name) => hook.events.includes(name))) return
  const payload = parseStored(push.payload)
  await app.store.transaction(
    (tx) => recordEventFor(app, tx, id, { repository_id: repository.id, name: 'push', payload }),
    repository.id,
  )
}

const change = <T>(app: Changing, holder: Holder, body: (tx: Tx) => Promise<T>): Promise<T> =>
  app.store.transaction(body, lockOf(holder))

const parseStored = (payload: Uint8Array) =>
  JSON.parse(Buffer.from(payload).toString('utf8')) as object
