import type { App } from '../app.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { HeldDeploymentRow } from '../tables/deployments.ts'
import {
  deleteHold,
  dueHolds,
  holdOf,
  insertHold,
  nextDueAt,
  updateHold,
  wakeByApp,
  wakeByEnvironment,
  wakeByRepository,
} from './queries.ts'

export type Hold = HeldDeploymentRow

/** The binding of a deployment that nobody was asked to review yet. */
export const nobodyAsked = ''

type Waker = Pick<App, 'now' | 'signals'>

/** Whose deployments: to this environment, in this repository, or wherever this App decides on this account. */
type Woken =
  | { readonly environment_id: number }
  | { readonly repository_id: number }
  | { readonly app_id: number; readonly account_id: number }

/**
 * Has the gates of every such deployment that waits looked at again: call it in the
 * transaction that changes what they go by.
 */
export async function wakeHolds(app: Waker, tx: Tx, of: Woken): Promise<void> {
  const woken = await wake(tx, of, app.now().toISOString())
  if (woken.length > 0) tx.onCommit(() => app.signals.emit('holds'))
}

function wake(tx: Tx, of: Woken, due_at: string) {
  if ('environment_id' in of) return tx.all(wakeByEnvironment, { ...of, due_at })
  if ('repository_id' in of) return tx.all(wakeByRepository, { ...of, due_at })
  return tx.all(wakeByApp, { ...of, due_at })
}

export async function recordHold(app: Waker, tx: Tx, hold: Hold): Promise<void> {
  await tx.all(insertHold, hold)
  tx.onCommit(() => app.signals.emit('holds'))
}

/** Undefined for a deployment that waits for nothing. */
export const findHold = (db: Db, deploymentId: number): Promise<Hold | undefined> =>
  db.first(holdOf, { deployment_id: deploymentId })

/** Until then, unless somebody has woken it since `before` was read. */
export async function postponeHold(
  app: Waker,
  tx: Tx,
  before: Hold,
  { binding, due_at }: Pick<Hold, 'binding' | 'due_at'>,
): Promise<void> {
  const { deployment_id, due_at: looked_at } = before
  await tx.all(updateHold, { deployment_id, binding, due_at, looked_at })
  tx.onCommit(() => app.signals.emit('holds'))
}

export async function removeHold(tx: Tx, deploymentId: number): Promise<void> {
  await tx.all(deleteHold, { deployment_id: deploymentId })
}

export type DueHold = RowOf<typeof dueHolds>

/** Those whose time has come, soonest first, however many wait for another. */
export const findDueHolds = (db: Db, now: Date, limit: number): Promise<DueHold[]> =>
  db.all(dueHolds, { now: now.toISOString(), limit })

/** When the first of the others is due; undefined where none waits. */
export async function findNextDueAt(db: Db, now: Date): Promise<Date | undefined> {
  const next = await db.first(nextDueAt, { now: now.toISOString() })
  return next && new Date(next.due_at)
}
