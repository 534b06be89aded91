import { z } from 'zod'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { wakeHolds } from '../holds/holds.ts'
import { line } from '../http/text.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import { deleteLock, lockOf, putLock } from './queries.ts'

export type Lock = RowOf<typeof lockOf> & { readonly environment: string }

export const lockReasonCharactersMax = 255

export const newLock = z.strictObject({
  reason: line(lockReasonCharactersMax).refine((reason) => reason.trim() !== '', {
    error: "can't be blank",
  }),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
})

/** An environment by name, and who would lock it or take a lock away. */
export type Locking = {
  readonly repositoryId: number
  readonly name: string
  readonly account: Account
  readonly isAdmin: boolean
}

/** Throws `not_found`, also for a lock whose time is over. */
export async function findLock(
  { now }: Pick<App, 'now'>,
  db: Db,
  { repositoryId, name }: Pick<Locking, 'repositoryId' | 'name'>,
): Promise<Lock> {
  const environment = await findEnvironment(db, repositoryId, name)
  const row = await db.first(lockOf, { environment_id: environment.id })
  if (!row || isOver(row, now())) throw notFound()
  return { ...row, environment: environment.name }
}

const isOver = ({ expires_at }: Pick<Lock, 'expires_at'>, now: Date) =>
  expires_at !== null && expires_at <= now.toISOString()

type Waker = Pick<App, 'now' | 'signals' | 'who'>

/**
 * Holds every deployment to the environment from now on, whatever its rules: call it in a
 * transaction of the repository. Throws `not_found`, `invalid` for a time that is over,
 * `conflict` where another's lock is.
 */
export async function lockEnvironment(
  app: Waker,
  tx: Tx,
  locking: Locking,
  { reason, expires_at: until }: z.infer<typeof newLock>,
): Promise<Lock> {
  const now = app.now()
  const expires_at = until ? new Date(until).toISOString() : null
  if (isOver({ expires_at }, now)) {
    const message = `expires_at ${until} is over`
    throw invalidField({ resource: 'Lock', field: 'expires_at', code: 'custom', message })
  }
  const { repositoryId, name, account } = locking
  const { id: environment_id } = await findEnvironment(tx, repositoryId, name)
  await refuseAnothers(app, tx, environment_id, locking)
  const created_at = now.toISOString()
  await tx.all(putLock, { environment_id, account_id: account.id, reason, expires_at, created_at })
  const line = { action: 'lock.set', repository_id: repositoryId, environment: name }
  await recordAudit(app, tx, { ...line, after: { reason, expires_at } })
  await wakeHolds(app, tx, { environment_id })
  return await findLock(app, tx, locking)
}

/**
 * What waits for the lock alone goes at once. Call it in a transaction of the repository.
 * Throws `not_found`, and `conflict` for another's lock.
 */
export async function unlockEnvironment(app: Waker, tx: Tx, locking: Locking): Promise<void> {
  const { environment_id, reason, login: owner } = await findLock(app, tx, locking)
  await refuseAnothers(app, tx, environment_id, locking)
  await tx.all(deleteLock, { environment_id })
  const { repositoryId: repository_id, name: environment } = locking
  const line = { action: 'lock.remove', repository_id, environment }
  await recordAudit(app, tx, { ...line, before: { reason, owner } })
  await wakeHolds(app, tx, { environment_id })
}

/** A lock is its owner's; administrators may take over. */
async function refuseAnothers(
  { now }: Pick<App, 'now'>,
  tx: Tx,
  environment_id: number,
  { account, isAdmin }: Locking,
): Promise<void> {
  const lock = await tx.first(lockOf, { environment_id })
  if (!lock || isOver(lock, now()) || isAdmin || lock.account_id === account.id) return
  const by = lock.login ?? 'somebody who is gone'
  throw new Problem('conflict', `Locked by ${by}: ${lock.reason}`)
}
