import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { holdDeliveries, resumeDeliveries } from '../delivery/deliveries/deliveries.ts'
import { secretContextOf } from '../delivery/deliveries/model.ts'
import { recordEventFor } from '../events/events.ts'
import { Problem } from '../lib/problem.ts'
import { addressPolicyFor } from '../network/address-policy.ts'
import { parseHookUrl } from '../network/hook-url.ts'
import { onceFor } from '../recent/once-for.ts'
import type { Tx } from '../store/engine.ts'
import { areSame, decideHook, eventsOf, type HookFacts } from './decide-hook.ts'
import { findSubscriptions } from './find-hooks.ts'
import {
  aboutOf,
  type ConfigEdit,
  type Holder,
  type Hook,
  heldBy,
  type NewHook,
  secretMask,
} from './model.ts'
import { pingPayload } from './payload.ts'
import {
  deleteHookEvents,
  type HookSettings,
  insertHook,
  insertHookEvent,
  insertHookState,
  updateHook,
} from './queries.ts'

export type Changing = Pick<
  App,
  'store' | 'now' | 'signals' | 'seal' | 'urls' | 'webhookAllow' | 'who'
>

type Creation = {
  readonly holder: Holder
  readonly request: NewHook
  readonly creator: Account | null
}

export async function writeNewHook(
  app: Changing,
  tx: Tx,
  { holder, request, creator }: Creation,
): Promise<Hook> {
  const { name, config } = request
  const now = app.now().toISOString()
  const events = eventsOf(request.events)
  const others = [...(await findSubscriptions(tx, holder)).values()]
  refuseFaults(app, holder, { name, url: config.url, events, others })
  const row = await tx.first(insertHook, {
    ...settingsOf(app, holder, config, null),
    ...heldBy(holder),
    active: request.active ? 1 : 0,
    created_at: now,
    updated_at: now,
  })
  if (!row) throw new Error('The new hook was not returned')
  await tx.first(insertHookState, { hook_id: row.id })
  await writeEvents(tx, row.id, events)
  const hook = { ...row, events }
  const line = { ...aboutOf(holder), action: 'hook.create', subject: `hook ${hook.id}` }
  await recordAudit(app, tx, { ...line, after: shownOf(hook) })
  await writePing(app, tx, { hook, holder, sender: creator })
  return hook
}

type Wanted = Pick<HookFacts, 'name' | 'url' | 'events' | 'others'>

/** Throws `invalid` for a hook that may not be. */
export function refuseFaults(app: Changing, holder: Holder, wanted: Wanted): void {
  const verdict = parseHookUrl(wanted.url ?? '', policyFor(app.webhookAllow))
  const problems = decideHook({ ...wanted, verdict, holder: holder.type })
  if (problems.length > 0) throw new Problem('invalid', 'Validation Failed', problems)
}

const policyFor = onceFor(addressPolicyFor)

/** A config as columns: what it lacks has GitHub's default, and the mask stands for the secret that is there. */
export function settingsOf(
  app: Changing,
  holder: Holder,
  config: ConfigEdit,
  before: Hook | null,
): Omit<HookSettings, 'active' | 'updated_at'> {
  const { url = '', content_type = 'form', insecure_ssl = 0, secret = '' } = config
  const sealed = secret === '' ? null : app.seal.seal(secret, secretContextOf(holder))
  const isKept = secret === secretMask && before !== null
  return { url, content_type, insecure_ssl, secret: isKept ? before.secret : sealed }
}

export async function writeHook(
  app: Changing,
  tx: Tx,
  before: Hook,
  after: Omit<HookSettings, 'updated_at'> & { readonly events: readonly string[] },
): Promise<Hook> {
  const { id } = before
  const row = await tx.first(updateHook, { ...after, id, updated_at: app.now().toISOString() })
  if (!row) throw new Error('The changed hook was not returned')
  if (!areSame(before.events, after.events)) {
    await tx.all(deleteHookEvents, { hook_id: id })
    await writeEvents(tx, id, after.events)
  }
  const { organization_id, repository_id } = row
  const line = { action: 'hook.update', subject: `hook ${id}` }
  await recordAudit(app, tx, {
    ...line,
    ...(repository_id !== null && { repository_id }),
    ...(organization_id !== null && { owner_id: organization_id }),
    before: shownOf(before),
    after: shownOf({ ...row, events: after.events }),
  })
  if (before.active && !after.active) await holdDeliveries(app, tx, id)
  if (!before.active && after.active) await resumeDeliveries(app, tx, id)
  return { ...row, events: after.events }
}

async function writeEvents(tx: Tx, hook_id: number, events: readonly string[]): Promise<void> {
  for (const event of events) await tx.first(insertHookEvent, { hook_id, event })
}

type Ping = { readonly hook: Hook; readonly holder: Holder; readonly sender: Account | null }

export async function writePing(
  app: Changing,
  tx: Tx,
  { hook, holder, sender }: Ping,
): Promise<void> {
  const payload = pingPayload(hook, holder, sender, app.urls)
  await recordEventFor(app, tx, hook.id, { ...aboutOf(holder), name: 'ping', payload })
}

/** Of the address only where it leads: many receivers take a secret in the path. */
const shownOf = ({ url, active, events, content_type }: Hook) => ({
  url: new URL(url).origin,
  active: active === 1,
  events,
  content_type,
})
