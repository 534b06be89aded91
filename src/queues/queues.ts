import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { wakeHolds } from '../holds/holds.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db, Tx } from '../store/engine.ts'
import { decideQueue } from './decide-queue.ts'
import type { Ancestry, QueueDecision, Queued, QueueMode, Rival } from './model.ts'
import {
  deleteQueue,
  inProgressAt,
  laterAt,
  liveAt,
  putQueue,
  queueByName,
  queueOf,
} from './queries.ts'

type Row = { readonly id: number; readonly sha: string }

/** Whether it is a deployment's turn; null where deployments do not wait for each other. */
export async function findQueueDecision(
  db: Db,
  environment_id: number,
  { queued, ancestry }: { readonly queued: Queued; readonly ancestry: Ancestry },
): Promise<QueueDecision | null> {
  const queue = await db.first(queueOf, { environment_id })
  if (!queue) return null
  const { live, later } = await findRivals(db, queued)
  const rivalOf = ({ id, sha }: Row): Rival => ({
    id,
    hasCommit: sha === queued.sha || ancestry.get(sha),
  })
  return decideQueue({
    mode: queue.mode,
    isNew: queued.id === undefined,
    isRollback: queued.task === 'rollback',
    live: live && live.sha !== queued.sha ? rivalOf(live) : undefined,
    inProgress: await db.first(inProgressAt, queued),
    later: later.map(rivalOf),
  })
}

async function findRivals(db: Db, queued: Queued): Promise<{ live?: Row; later: Row[] }> {
  const { id } = queued
  const live = await db.first(liveAt, queued)
  const later = id === undefined ? [] : await db.all(laterAt, { ...queued, id })
  return { ...(live && { live }), later }
}

/**
 * Asks git what the turn of a deployment depends on, before the transaction that decides and
 * must not wait: who comes in between is compared at the next look. Throws `unavailable` when
 * git is too slow.
 */
export async function findAncestry(
  { store, git }: Pick<App, 'store' | 'git'>,
  queued: Queued,
): Promise<Ancestry> {
  const known = new Map<string, boolean>()
  // By these alone, or each new deployment would ask what the one before has been told.
  const { repository_id, environment_key } = queued
  if (!(await store.read.first(queueByName, { repository_id, environment_key }))) return known
  const { live, later } = await findRivals(store.read, queued)
  for (const { sha: head } of live ? [live, ...later] : later) {
    known.set(head, await git.isAncestor(queued.repository_id, { base: queued.sha, head }))
  }
  return known
}

/** Has whoever waits in an environment's queue looked at: something went there, or has ended. */
export async function wakeQueue(
  app: Pick<App, 'now' | 'signals'>,
  tx: Tx,
  place: Pick<Queued, 'repository_id' | 'environment_key'>,
): Promise<void> {
  const queue = await tx.first(queueByName, place)
  if (queue) await wakeHolds(app, tx, { environment_id: queue.environment_id })
}

/** Throws `not_found`. */
export async function findQueue(db: Db, { id }: Repository, name: string): Promise<QueueMode> {
  const { id: environment_id } = await findEnvironment(db, id, name)
  return (await db.first(queueOf, { environment_id }))?.mode ?? 'all'
}

/** From now on, for what waits already as well. Throws `not_found`. */
export async function setQueue(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { id }: Repository,
  { name, mode }: { readonly name: string; readonly mode: QueueMode },
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const { id: environment_id } = await findEnvironment(tx, id, name)
    if (mode === 'all') await tx.all(deleteQueue, { environment_id })
    else await tx.all(putQueue, { environment_id, mode })
    const line = { action: 'environment.queue', repository_id: id, environment: name }
    await recordAudit(app, tx, { ...line, after: { mode } })
    await wakeHolds(app, tx, { environment_id })
  }, id)
}
