import { createSecureContext } from 'node:tls'
import type { App } from '../../app.ts'
import { recordAudit } from '../../audit/audit.ts'
import { clientKeyContextOf, secretContextOf } from '../../delivery/deliveries/model.ts'
import { type FieldProblem, invalidField } from '../../lib/problem.ts'
import type { Db } from '../../store/engine.ts'
import { findHook } from '../find-hooks.ts'
import { aboutOf, type Holder, type Hook, lockOf } from '../model.ts'
import { type HookOptions, noOptions, type OptionsEdit, type SecretRotation } from './model.ts'
import { backlogOfHook, optionsOfHook, writeFormat, writeOptions, writeSecret } from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'seal' | 'who'>

const hourMs = 3_600_000

export async function findOptions(
  db: Db,
  { id, format }: Pick<Hook, 'id' | 'format'>,
): Promise<HookOptions> {
  return { ...((await db.first(optionsOfHook, { hook_id: id })) ?? noOptions), format }
}

/** What waits for a hook, and whether its receiver is being left alone. */
export const findBacklog = (db: Db, hook_id: number) => db.first(backlogOfHook, { hook_id })

/** What the edit does not name stays. Throws `not_found`, and `invalid` for a certificate that its key does not fit. */
export async function editOptions(
  app: Changing,
  holder: Holder,
  hookId: number,
  edit: OptionsEdit,
): Promise<HookOptions> {
  const { store, seal, signals } = app
  const { standard_webhooks, client_certificate, client_key, timeout_seconds, rate_per_second } =
    edit
  refuseBadPair(client_certificate, client_key)
  const context = clientKeyContextOf(holder)
  const changes = {
    ...(standard_webhooks !== undefined &&
      ({ standard_webhooks: standard_webhooks ? 1 : 0 } as const)),
    ...(client_certificate !== undefined && { client_certificate }),
    ...(timeout_seconds !== undefined && { timeout_seconds }),
    ...(rate_per_second !== undefined && { rate_per_second }),
    ...(client_key !== undefined && { client_key: client_key && seal.seal(client_key, context) }),
  }
  return await store.transaction(async (tx) => {
    const before = await findOptions(tx, await findHook(tx, holder, hookId))
    await tx.first(writeOptions, { ...before, ...changes, hook_id: hookId })
    const format = edit.format ?? before.format
    if (format !== before.format) {
      await tx.first(writeFormat, { id: hookId, format, updated_at: app.now().toISOString() })
    }
    // Whoever sends for the hook reads anew how fast it may.
    tx.onCommit(() => signals.emit('hook', hookId))
    const line = { ...aboutOf(holder), action: 'hook.options', subject: `hook ${hookId}` }
    await recordAudit(app, tx, { ...line, after: { changed: Object.keys(edit) } })
    return { ...before, ...changes, format }
  }, lockOf(holder))
}

/** The hook signs with the new secret; the one before signs beside it for a while. Throws `not_found`. */
export async function rotateSecret(
  app: Changing,
  holder: Holder,
  hookId: number,
  { secret, grace_hours }: SecretRotation,
): Promise<HookOptions> {
  const now = app.now()
  const sealed = app.seal.seal(secret, secretContextOf(holder))
  return await app.store.transaction(async (tx) => {
    const hook = await findHook(tx, holder, hookId)
    const { secret: previous_secret } = hook
    const before = await findOptions(tx, hook)
    const isKept = previous_secret !== null && grace_hours > 0
    const until = new Date(now.getTime() + grace_hours * hourMs).toISOString()
    const after = {
      ...before,
      previous_secret: isKept ? previous_secret : null,
      previous_secret_until: isKept ? until : null,
    }
    await tx.first(writeSecret, { id: hookId, secret: sealed, updated_at: now.toISOString() })
    await tx.first(writeOptions, { ...after, hook_id: hookId })
    const about = { ...aboutOf(holder), subject: `hook ${hookId}` }
    await recordAudit(app, tx, { ...about, action: 'hook.rotate_secret', after: { grace_hours } })
    return after
  }, lockOf(holder))
}

function refuseBadPair(certificate?: string | null, key?: string | null): void {
  const problem = (field: string, message: string): FieldProblem => {
    return { resource: 'Hook', field, code: 'custom', message }
  }
  if (Boolean(certificate) !== Boolean(key)) {
    throw invalidField(
      problem('client_key', 'client_certificate and client_key must be given together'),
    )
  }
  if (!certificate || !key) return
  try {
    createSecureContext({ cert: certificate, key })
  } catch {
    // OpenSSL's words may quote what it read.
    throw invalidField(
      problem('client_certificate', 'client_certificate is no PEM certificate for client_key'),
    )
  }
}
